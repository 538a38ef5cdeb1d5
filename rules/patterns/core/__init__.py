"""Pure: whether the newest readings are part of a pattern."""

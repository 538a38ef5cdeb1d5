"""Patterns of places: the short rises that doors and defrosts make, and that are no news."""

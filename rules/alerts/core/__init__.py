"""Pure: the life of an alert, and what sensors say about each other."""

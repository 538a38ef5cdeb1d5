"""Travelling data loggers: their files read, kept, compared with our own figures, bound to goods."""

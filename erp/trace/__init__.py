"""Trace: the whole story of a lot, from one SQL statement."""

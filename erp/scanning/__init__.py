"""Scanning: one field that takes whatever is on a label, and what is known about it."""

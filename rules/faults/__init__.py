"""Faults of sensors: which readings are no evidence, and why, in words."""

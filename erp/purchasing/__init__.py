"""Purchasing: who supplies what, and under which orders it was bought."""

"""Warehouse: what stands where, what may stand where, the work of the floor, and counting."""

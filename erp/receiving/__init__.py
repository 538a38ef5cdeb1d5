"""Receiving: what arrived at which dock under which order, and whether we took it."""

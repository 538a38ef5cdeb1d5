"""Alerts: what somebody has to look at, from raised over acknowledged to resolved."""

"""Pure: forecasts from recent readings, the usual band of a room, patterns of doors and defrosts."""

"""Pure: limits of sensors, and what readings say about the sensor instead of the room."""

"""The pure part: equal seeds and schedules give equal packets, however time is cut into pieces."""

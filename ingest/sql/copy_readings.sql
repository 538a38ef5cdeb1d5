copy telemetry.reading (series_id, time, value, quality) from stdin (format binary)

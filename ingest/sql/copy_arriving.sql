copy arriving (row, series_id, time, value, quality) from stdin (format binary)

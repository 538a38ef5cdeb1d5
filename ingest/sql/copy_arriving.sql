copy arriving (row, series_id, quality, time, value, received_at, gateway_at) from stdin (format binary)

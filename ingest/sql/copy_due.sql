copy rules.due (series_id, since, until, published_at) from stdin (format binary)

copy rules.due (series_id, since, until, published_at, lowest, highest, longest_step)
from stdin (format binary)

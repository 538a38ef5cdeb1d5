delete from rules.disagreement where series_id <> all(%(series)s::integer[])

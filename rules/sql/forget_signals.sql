-- Series of which no reading is evidence any more.
with without_runs as (delete from rules.run where series_id = any(%(series_ids)s)),
     without_gaps as (delete from rules.gap where series_id = any(%(series_ids)s))
update rules.signal
set first_at = null, last_at = null, lowest = null, highest = null
where series_id = any(%(series_ids)s)

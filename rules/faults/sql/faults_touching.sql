-- Stored faults that share an instant with the stretch, and the reading that waits to be confirmed.
select public.micros(started_at) as start, public.micros(ended_at) as "end", kind, lowest, highest
from rules.sensor_fault
where series_id = %(series_id)s
    and started_at <= public.at_micros(%(until)s)
    and (kind = 'unconfirmed' or ended_at >= public.at_micros(%(since)s))
order by start

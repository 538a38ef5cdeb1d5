-- A silence is none while the next reading may still be close enough to the last one.
update rules.patience p
set told_at = s.last_at
from rules.signal s
join telemetry.series se using (series_id)
where s.series_id = p.series_id
    and s.last_at + greatest(p.patience, se.max_gap) <= %(now)s
    and p.told_at is distinct from s.last_at
returning p.series_id, public.micros(s.last_at) as last_at

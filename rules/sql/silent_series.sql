update rules.patience p
set told_at = s.last_at
from rules.signal s
where s.series_id = p.series_id
    and s.last_at + p.patience <= %(now)s
    and p.told_at is distinct from s.last_at
returning p.series_id, public.micros(s.last_at) as last_at

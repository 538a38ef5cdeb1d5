-- When the first unjudged reading of these series from then on was sent, as far as anybody said.
select case when min(published_at) is not null then public.micros(min(published_at)) end as sent_at
from rules.due
where series_id = any(%(series)s) and until >= public.at_micros(%(since)s)

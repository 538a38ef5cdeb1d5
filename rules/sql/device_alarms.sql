select distinct on (a.series_id, a.rule_id, a.started_at)
       a.series_id, a.rule_id, r.side, r.limit_value,
       (extract(epoch from r.tolerance) * 1000000)::bigint as tolerance, a.in_sum,
       public.micros(a.started_at) as started_at, public.micros(a.alarmed_at) as alarmed_at,
       case when a.ended_at is not null then public.micros(a.ended_at) end as ended_at,
       public.micros(a.observed_until) as observed_until,
       (extract(epoch from a.counted) * 1000000)::bigint as counted,
       a.peak, case when a.peak_at is not null then public.micros(a.peak_at) end as peak_at
from rules.device_alarm a
join rules.rule r using (rule_id)
where a.series_id = any(%(series_ids)s)
order by a.series_id, a.rule_id, a.started_at, a.observed_until desc, a.counted desc, a.alarm_id

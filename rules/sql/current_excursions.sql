select e.unit_id as judged, e.excursion_id, r.name as rule,
       public.micros(e.started_at) as started_at, public.micros(e.breached_at) as breached_at,
       case when e.ended_at is not null then public.micros(e.ended_at) end as ended_at,
       public.micros(e.observed_until) as observed_until,
       (select coalesce(sum(public.micros(upper(part)) - public.micros(lower(part))), 0)::bigint
        from unnest(e.beyond) as part) as beyond,
       e.peak, public.micros(e.peak_at) as peak_at, e.series,
       coalesce(e.measured, e.peak) as measured, r.profile_id
from rules.excursion e
join rules.rule r using (rule_id)
where e.unit_id = any(%(judged)s) and e.superseded_at is null

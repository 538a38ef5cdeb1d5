-- Excursions of places: of one and what is inside it, those that an alert tells of, or all; also withdrawn ones
-- when asked for.
select e.place_excursion_id as excursion_id, l.path::text as place, p.name as profile, p.version, r.name as rule,
       r.kind, r.side, r.limit_value, r.severity,
       (extract(epoch from r.tolerance) * 1000000)::bigint as tolerance,
       (extract(epoch from r.window_size) * 1000000)::bigint as window_size,
       (extract(epoch from r.stretch) * 1000000)::bigint as stretch,
       public.micros(e.started_at) as started_at, public.micros(e.breached_at) as breached_at,
       case when e.ended_at is not null then public.micros(e.ended_at) end as ended_at,
       public.micros(e.observed_until) as observed_until, e.measured, e.peak,
       (select coalesce(sum(public.micros(upper(part)) - public.micros(lower(part))), 0)::bigint
        from unnest(e.beyond) as part) as beyond,
       public.micros(e.recorded_at) as detected_at, e.superseded_why as withdrawn_why
from rules.place_excursion e
join rules.rule r using (rule_id)
join rules.profile p using (profile_id)
join rules.place_profile j using (place_profile_id)
join binding.location l using (location_id)
where (%(place)s::text is null or l.path <@ %(place)s::text::ltree)
    and (%(alert_id)s::bigint is null or exists (
        select from rules.alert_place_excursion x
        where x.place_excursion_id = e.place_excursion_id and x.alert_id = %(alert_id)s))
    and (%(every)s or e.superseded_at is null)
order by e.started_at, e.place_excursion_id

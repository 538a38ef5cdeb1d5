-- Alerts, the most urgent first, each with how many units it is about and since when nobody can tell.
select a.alert_id, a.cause, a.subject, a.place, a.severity, a.state, a.level::integer as level, a.words, a.advice,
       public.micros(a.happened_at) as happened_at, public.micros(a.last_at) as last_at,
       public.micros(a.detected_at) as detected_at, public.micros(a.raised_at) as raised_at, a.occurrences,
       case when a.escalated_at is not null then public.micros(a.escalated_at) end as escalated_at,
       case when a.acknowledged_at is not null then public.micros(a.acknowledged_at) end as acknowledged_at,
       a.acknowledged_by, a.acknowledged_why,
       case when a.resolved_at is not null then public.micros(a.resolved_at) end as resolved_at,
       a.resolved_by, a.resolved_why, coalesce(about.units, 0)::integer as units,
       case when a.state <> 'resolved' and about.evidence + about.max_gap < now()
            then public.micros(about.evidence) end as unmonitored_since
from rules.alert a
left join lateral (
    select count(distinct e.unit_id) filter (where e.superseded_at is null) as units,
           max(known.last_at) filter (where e.ended_at is null and e.superseded_at is null) as evidence,
           max(known.max_gap) as max_gap
    from (
        select e.unit_id, e.series, e.ended_at, e.superseded_at
        from rules.alert_excursion x
        join rules.excursion e using (excursion_id)
        where x.alert_id = a.alert_id
        union all
        select null, e.series, e.ended_at, e.superseded_at
        from rules.alert_place_excursion x
        join rules.place_excursion e using (place_excursion_id)
        where x.alert_id = a.alert_id
    ) e
    left join lateral (
        select max(sig.last_at) as last_at, max(se.max_gap) as max_gap
        from unnest(e.series) as shown (series_id)
        join telemetry.series se using (series_id)
        left join rules.signal sig using (series_id)
    ) known on true
) about on true
where (%(alert_id)s::bigint is null or a.alert_id = %(alert_id)s)
    and (%(resolved)s or %(alert_id)s::bigint is not null or a.state <> 'resolved')
order by a.state = 'resolved', a.state = 'acknowledged', rules.rank(a.severity) desc, a.level desc, a.happened_at desc
limit %(most)s

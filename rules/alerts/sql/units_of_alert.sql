select u.code as unit, l.code as lot, r.name as rule, r.kind, r.severity,
       public.micros(e.started_at) as started_at, public.micros(e.breached_at) as breached_at,
       case when e.ended_at is not null then public.micros(e.ended_at) end as ended_at,
       public.micros(e.recorded_at) as detected_at, e.peak, e.superseded_why as withdrawn_why,
       case when e.ended_at is null and e.superseded_at is null and known.last_at + known.max_gap < now()
            then public.micros(known.last_at) end as unmonitored_since
from rules.alert_excursion x
join rules.excursion e using (excursion_id)
join rules.rule r using (rule_id)
join binding.stock_unit u using (unit_id)
join erp.lot l using (lot_id)
left join lateral (
    select max(sig.last_at) as last_at, max(se.max_gap) as max_gap
    from unnest(e.series) as shown (series_id)
    join telemetry.series se using (series_id)
    left join rules.signal sig using (series_id)
) known on true
where x.alert_id = %(alert_id)s
order by u.code, e.started_at, r.name

-- Open excursions that no open alert tells of: readings that came late opened them again.
(select e.excursion_id, false as of_place, r.name as rule, r.kind, r.severity, r.side, r.limit_value,
        public.micros(e.started_at) as started_at, public.micros(e.breached_at) as breached_at,
        public.micros(e.observed_until) as observed_until, e.series[1] as series_id
 from rules.excursion e
 join rules.rule r using (rule_id)
 where e.ended_at is null and e.superseded_at is null
     and not exists (
         select from rules.alert_excursion x
         join rules.alert a using (alert_id)
         where x.excursion_id = e.excursion_id and a.state <> 'resolved'
     )
 order by e.excursion_id
 limit 1000)
union all
(select e.place_excursion_id, true, r.name, r.kind, r.severity, r.side, r.limit_value,
        public.micros(e.started_at), public.micros(e.breached_at), public.micros(e.observed_until), e.series[1]
 from rules.place_excursion e
 join rules.rule r using (rule_id)
 where e.ended_at is null and e.superseded_at is null
     and not exists (
         select from rules.alert_place_excursion x
         join rules.alert a using (alert_id)
         where x.place_excursion_id = e.place_excursion_id and a.state <> 'resolved'
     )
 order by e.place_excursion_id
 limit 1000)

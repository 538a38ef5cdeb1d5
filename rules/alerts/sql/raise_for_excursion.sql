-- One excursion joins the open alert of its place (where its sensor measured, or where the unit stood that nobody
-- measured, or the place that is judged itself) and way, which is raised when there is none, and raised again
-- when the excursion is more severe than all before; one statement, because a warm room brings hundreds.
with sensed as (
    select coalesce(l.path::text, h.code, s.name) as place
    from telemetry.series se
    join telemetry.sensor s using (sensor_id)
    left join binding.placement p
        on p.sensor_id = se.sensor_id and p.during @> public.at_micros(%(breached_at)s)
    left join binding.location l using (location_id)
    left join binding.handling_unit h using (handling_unit_id)
    where se.series_id = %(series_id)s and %(place_excursion_id)s::bigint is null
    union all
    select l.path::text
    from rules.place_excursion
    join rules.place_profile using (place_profile_id)
    join binding.location l using (location_id)
    where place_excursion_id = %(place_excursion_id)s
    union all
    select coalesce(l.path::text, h.code, u.code)
    from rules.excursion e
    join binding.stock_unit u using (unit_id)
    left join binding.stay stay on stay.unit_id = e.unit_id and stay.during @> public.at_micros(%(breached_at)s)
    left join binding.location l using (location_id)
    left join binding.handling_unit h using (handling_unit_id)
    where e.excursion_id = %(excursion_id)s and %(series_id)s::integer is null
), opened as (
    insert into rules.alert as a (cause, subject, place, severity, words, advice, happened_at, last_at)
    select %(cause)s, place || ' ' || %(way)s, place, %(severity)s, place || ': ' || %(words)s, %(advice)s,
           public.at_micros(%(breached_at)s), public.at_micros(%(breached_at)s)
    from sensed
    on conflict (cause, subject) where state <> 'resolved' do update
        set occurrences = a.occurrences + 1,
            happened_at = least(a.happened_at, excluded.happened_at),
            last_at = greatest(a.last_at, excluded.last_at),
            severity = case when rules.rank(excluded.severity) > rules.rank(a.severity)
                            then excluded.severity else a.severity end,
            words = case when rules.rank(excluded.severity) > rules.rank(a.severity)
                         then excluded.words else a.words end,
            raised_at = case when rules.rank(excluded.severity) > rules.rank(a.severity)
                             then clock_timestamp() else a.raised_at end,
            state = case when rules.rank(excluded.severity) > rules.rank(a.severity) then 'raised' else a.state end,
            level = case when rules.rank(excluded.severity) > rules.rank(a.severity) then 0 else a.level end,
            escalated_at = case when rules.rank(excluded.severity) <= rules.rank(a.severity) then a.escalated_at end,
            acknowledged_at = case when rules.rank(excluded.severity) <= rules.rank(a.severity)
                                   then a.acknowledged_at end,
            acknowledged_by = case when rules.rank(excluded.severity) <= rules.rank(a.severity)
                                   then a.acknowledged_by end,
            acknowledged_why = case when rules.rank(excluded.severity) <= rules.rank(a.severity)
                                    then a.acknowledged_why end
    returning alert_id, words, severity,
              not exists (select from rules.alert_step step
                          where step.alert_id = a.alert_id and step.severity = a.severity) as new
), joined as (
    insert into rules.alert_excursion (alert_id, excursion_id)
    select alert_id, %(excursion_id)s from opened where %(excursion_id)s::bigint is not null
    on conflict do nothing
), joined_place as (
    insert into rules.alert_place_excursion (alert_id, place_excursion_id)
    select alert_id, %(place_excursion_id)s from opened where %(place_excursion_id)s::bigint is not null
    on conflict do nothing
), stepped as (
    insert into rules.alert_step (alert_id, state, severity, by, words)
    select alert_id, 'raised', severity, 'coldbind', words from opened where new
)
select alert_id, words, severity, new from opened

-- Places where one of these series hangs or hung: those `touched` concern all, any news those that wait for some.
select distinct j.place_profile_id as id
from rules.place_profile j
join binding.placement p using (location_id)
join telemetry.series se on se.sensor_id = p.sensor_id and se.quantity = 'temperature'
left join rules.place_verdict v using (place_profile_id)
where se.series_id = any(%(touched)s)
    or se.series_id = any(%(any)s)
        and (v.judged_until is null
             or v.look_from <= %(newest)s
             or exists (select from rules.place_excursion e
                        where e.place_profile_id = j.place_profile_id
                            and e.ended_at is null and e.superseded_at is null))

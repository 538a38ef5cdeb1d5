-- Open alerts none of whose excursions, of units or of a place, is open; whether any of these still stands.
with told as (
    select x.alert_id, e.ended_at, e.superseded_at
    from rules.alert_excursion x
    join rules.excursion e using (excursion_id)
    join rules.alert a using (alert_id)
    where a.state <> 'resolved'
    union all
    select x.alert_id, e.ended_at, e.superseded_at
    from rules.alert_place_excursion x
    join rules.place_excursion e using (place_excursion_id)
    join rules.alert a using (alert_id)
    where a.state <> 'resolved'
)
select a.alert_id as id, coalesce(bool_or(told.superseded_at is null), false) as stands
from rules.alert a
left join told using (alert_id)
where a.cause in ('excursion', 'place') and a.state <> 'resolved'
group by a.alert_id
having not coalesce(bool_or(told.ended_at is null and told.superseded_at is null), false)

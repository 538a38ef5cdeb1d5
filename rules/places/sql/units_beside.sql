-- Units that stood in the places of an alert, or inside them, during their excursions, and where and when they did;
-- also what was split off such a unit later. Excursions that were withdrawn are none.
with felt as (
    select l.path, tstzrange(e.started_at, e.ended_at) as during
    from rules.alert_place_excursion x
    join rules.place_excursion e using (place_excursion_id)
    join rules.place_profile using (place_profile_id)
    join binding.location l using (location_id)
    where x.alert_id = %(alert_id)s and e.superseded_at is null
), stood as (
    select s.unit_id, place.path, s.during * felt.during as during
    from felt
    join binding.location place on place.path <@ felt.path
    join binding.stay s on s.location_id = place.location_id and s.during && felt.during
)
select u.code as unit, lot.code as lot, stood.path::text as place, public.micros(min(lower(stood.during))) as since,
       public.micros(nullif(max(coalesce(least(upper(stood.during), l.until), 'infinity')), 'infinity')) as until
from stood
join binding.lineage l on l.ancestor_id = stood.unit_id and lower(stood.during) < l.until
join binding.stock_unit u on u.unit_id = l.unit_id
join erp.lot lot using (lot_id)
group by u.code, lot.code, stood.path
order by u.code, since

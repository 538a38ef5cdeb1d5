-- Units that stood in these places, or in these handling units, during these times, with their parts.
with spot as (
    select location_id, handling_unit_id, public.at_micros(since) as since, public.at_micros(until) as until
    from unnest(
        %(location_ids)s::integer[], %(handling_unit_ids)s::bigint[], %(since)s::bigint[], %(until)s::bigint[]
    ) as told (location_id, handling_unit_id, since, until)
),
stood as (
    select s.unit_id, s.handling_unit_id, false as by_handling_unit,
           s.during * tstzrange(spot.since, spot.until) as during
    from spot
    join binding.stay s on s.location_id = spot.location_id and s.during && tstzrange(spot.since, spot.until)
    union all
    select s.unit_id, s.handling_unit_id, true, s.during * tstzrange(spot.since, spot.until)
    from spot
    join binding.stay s
        on s.handling_unit_id = spot.handling_unit_id and s.during && tstzrange(spot.since, spot.until)
)
select l.unit_id, u.code, stood.handling_unit_id, stood.by_handling_unit,
       public.micros(lower(stood.during)) as start,
       public.micros(nullif(least(upper(stood.during), l.until), 'infinity')) as "end"
from stood
join binding.lineage l on l.ancestor_id = stood.unit_id and lower(stood.during) < l.until
join binding.stock_unit u on u.unit_id = l.unit_id

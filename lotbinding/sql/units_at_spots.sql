-- Units that stood inside these places or handling units then, and what was split off them later.
with spot as (
    select spot.location_id, spot.handling_unit_id, public.span(spot.since, spot.until) as during
    from unnest(%(location_ids)s::integer[], %(handling_unit_ids)s::bigint[],
                %(since)s::bigint[], %(until)s::bigint[])
        as spot (location_id, handling_unit_id, since, until)
),
stood as (
    select s.unit_id, s.during * spot.during as during
    from spot
    join binding.location covered on covered.location_id = spot.location_id
    join binding.location place on place.path <@ covered.path
    join binding.stay s on s.location_id = place.location_id and s.during && spot.during
    union all
    select s.unit_id, s.during * spot.during
    from spot
    join binding.stay s on s.handling_unit_id = spot.handling_unit_id and s.during && spot.during
)
select distinct l.unit_id as id
from stood
join binding.lineage l on l.ancestor_id = stood.unit_id and lower(stood.during) < l.until
order by id

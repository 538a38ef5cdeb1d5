-- Units that stood in these places, or in these handling units, during these times, and what was split off
-- them later: those that did so side by side in one row, because a zone may hold thousands.
with spot as materialized (
    select location_id, handling_unit_id, public.at_micros(since) as since, public.at_micros(until) as until,
           public.span(since, until) as during
    from unnest(
        %(location_ids)s::integer[], %(handling_unit_ids)s::bigint[], %(since)s::bigint[], %(until)s::bigint[]
    ) as told (location_id, handling_unit_id, since, until)
),
stood as (
    select s.unit_id, s.handling_unit_id, false as by_handling_unit,
           greatest(lower(s.during), spot.since) as since, least(upper(s.during), spot.until) as until
    from spot
    join binding.stay s on s.location_id = spot.location_id and s.during && spot.during
    union all
    select s.unit_id, s.handling_unit_id, true,
           greatest(lower(s.during), spot.since), least(upper(s.during), spot.until)
    from spot
    join binding.stay s on s.handling_unit_id = spot.handling_unit_id and s.during && spot.during
),
together as materialized (
    select handling_unit_id, by_handling_unit, since, until, array_agg(unit_id) as unit_ids
    from stood
    group by handling_unit_id, by_handling_unit, since, until
)
select together.handling_unit_id, together.by_handling_unit, public.micros(together.since) as start,
       public.micros(together.until) as "end", named.codes
from together
cross join lateral (
    select array_agg(code) as codes from binding.stock_unit where unit_id = any(together.unit_ids)
) named
union all
select together.handling_unit_id, together.by_handling_unit, public.micros(together.since),
       public.micros(least(together.until, part.until)), part.codes
from together
cross join lateral (
    select l.until, array_agg(u.code) as codes
    from binding.lineage l
    join binding.stock_unit u on u.unit_id = l.unit_id
    where l.ancestor_id = any(together.unit_ids) and l.unit_id <> l.ancestor_id and l.until > together.since
    group by l.until
) part

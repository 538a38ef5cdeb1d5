-- Sensors that were ever told to hang at these places or around them, or inside these handling units.
select p.sensor_id as id
from unnest(%(paths)s::ltree[]) as place (path)
join binding.location l on l.path @> place.path
join binding.placing p on p.location_id = l.location_id
union
select p.sensor_id
from binding.placing p
where p.handling_unit_id = any(%(handling_unit_ids)s)

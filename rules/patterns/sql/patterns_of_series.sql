-- The patterns of the places where series measure now: of each kind that of the nearest place around.
select distinct on (se.series_id, p.kind) se.series_id, p.kind,
       (extract(epoch from p.longest) * 1000000)::bigint as longest, p.rise,
       (extract(epoch from p.every) * 1000000)::bigint as every
from telemetry.series se
join binding.placement hung on hung.sensor_id = se.sensor_id and hung.during @> public.at_micros(%(at)s)
join binding.location here using (location_id)
join binding.location around on here.path OPERATOR(public.<@) around.path
join rules.pattern p on p.location_id = around.location_id
where se.series_id = any(%(series_ids)s)
order by se.series_id, p.kind, public.nlevel(around.path) desc

select f.file_id, s.name as serial, f.name, f.model, f.form, f.zone,
       public.micros(f.started_at) as started_at, public.micros(f.stopped_at) as stopped_at,
       case when f.step is not null then (extract(epoch from f.step) * 1000000)::bigint end as step,
       f.readings, f.missing, encode(f.digest, 'hex') as digest, f.marks::text as marks,
       public.micros(f.recorded_at) as recorded_at, f.recorded_by,
       (select count(*) from binding.logger_figure g
        where g.file_id = f.file_id and abs(g.ours - g.device) > g.tolerance + 1e-9)::integer as differing
from binding.logger_file f
join telemetry.sensor s using (sensor_id)
where %(what)s::text is null or s.name = %(what)s or f.name = %(what)s
order by f.started_at, f.file_id

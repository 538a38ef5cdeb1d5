select distinct on (r.name, a.started_at)
       r.name as rule, public.micros(a.started_at) as started_at, public.micros(a.alarmed_at) as alarmed_at,
       case when a.ended_at is not null then public.micros(a.ended_at) end as ended_at,
       (extract(epoch from a.counted) * 1000000)::bigint as counted, a.peak
from binding.logger_file f
join telemetry.series se on se.sensor_id = f.sensor_id and se.quantity = 'temperature'
join rules.device_alarm a
    on a.series_id = se.series_id and a.started_at <= f.stopped_at and a.observed_until >= f.started_at
join rules.rule r using (rule_id)
where f.file_id = %(file_id)s
order by r.name, a.started_at, a.observed_until desc

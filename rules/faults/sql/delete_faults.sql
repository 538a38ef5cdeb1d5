delete from rules.sensor_fault
where series_id = %(series_id)s
    and started_at = any(select public.at_micros(at) from unnest(%(starts)s::bigint[]) as gone (at))

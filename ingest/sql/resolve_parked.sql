update telemetry.parked
set resolved_at = clock_timestamp(), resolved_by = %(by)s, resolution = %(resolution)s, note = %(note)s
where parked_id = any(%(ids)s::bigint[]) and resolved_at is null

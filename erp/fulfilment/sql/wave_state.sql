update erp.wave
set state = %(state)s,
    released_at = coalesce(released_at, now()),
    ended_at = case when %(state)s = 'done' then now() end
where wave_id = %(wave_id)s

insert into rules.pattern as known (location_id, kind, longest, rise, every, told_by)
values (%(location_id)s, %(kind)s, %(longest)s, %(rise)s, %(every)s, %(by)s)
on conflict (location_id, kind) do update
    set longest = excluded.longest, rise = excluded.rise, every = excluded.every, told_by = excluded.told_by,
        told_at = now()
where (known.longest, known.rise, known.every) is distinct from (excluded.longest, excluded.rise, excluded.every)

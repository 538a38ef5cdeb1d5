insert into binding.location (path, name, kind, needed)
values (%(path)s::ltree, %(name)s, %(kind)s, %(needed)s)
on conflict (path) do update set name = excluded.name, kind = excluded.kind, needed = excluded.needed
returning location_id as id

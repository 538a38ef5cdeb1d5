insert into binding.location (path, name, kind)
values (%(path)s::ltree, %(name)s, %(kind)s)
on conflict (path) do update set name = excluded.name, kind = excluded.kind
returning location_id as id

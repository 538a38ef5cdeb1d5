insert into binding.stay (unit_id, location_id, during)
values (%(unit_id)s, %(location_id)s, public.span(%(start)s, %(end)s))

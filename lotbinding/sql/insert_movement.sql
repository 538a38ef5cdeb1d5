insert into binding.movement (unit_id, kind, location_id, occurred_at, recorded_by, document, client_id)
values (%(unit_id)s, %(kind)s, %(location_id)s, %(occurred_at)s, %(by)s, %(document)s, %(client_id)s)

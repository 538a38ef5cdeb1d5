insert into binding.handling_unit (code, sscc, kind, recorded_by)
values (%(code)s, %(sscc)s, %(kind)s, %(by)s)
returning handling_unit_id as id

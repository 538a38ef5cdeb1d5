select unit_id, hold_id from erp.hold
where unit_id = any(%(units)s) and cause = 'excursion' and released_at is null
order by unit_id
for update

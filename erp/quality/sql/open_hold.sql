select hold_id from erp.hold
where unit_id = %(unit_id)s and cause = 'excursion' and released_at is null
for update

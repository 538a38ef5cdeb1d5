select hold_id from erp.hold where unit_id = %(unit_id)s order by hold_id for update

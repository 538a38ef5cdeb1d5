delete from rules.pattern where location_id = %(location_id)s and kind = %(kind)s

update erp.pick set shipment_id = %(shipment_id)s where pick_id = any(%(pick_ids)s)

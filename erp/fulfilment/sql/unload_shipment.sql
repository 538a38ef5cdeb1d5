update erp.pick set shipment_id = null where shipment_id = %(shipment_id)s and state = 'picked'

update erp.pick set state = 'dispatched', ended_at = now() where shipment_id = %(shipment_id)s and state = 'picked'

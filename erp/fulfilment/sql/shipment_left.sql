update erp.shipment
set state = 'dispatched', dispatched_at = %(at)s, dispatched_by = %(by)s
where shipment_id = %(shipment_id)s

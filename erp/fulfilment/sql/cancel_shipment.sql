update erp.shipment set state = 'cancelled', remark = %(why)s where shipment_id = %(shipment_id)s

update erp.shipment
set state = 'delivered', delivered_at = %(at)s, delivered_to = %(to)s, remark = %(remark)s, told_by = %(by)s
where shipment_id = %(shipment_id)s

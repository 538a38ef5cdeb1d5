update erp.reservation
set state = 'released', ended_at = now(), why = %(why)s
where sales_order_id = %(order_id)s and state = 'reserved'

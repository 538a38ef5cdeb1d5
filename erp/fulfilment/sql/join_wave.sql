update erp.sales_order set wave_id = %(wave_id)s where sales_order_id = any(%(order_ids)s)

select from erp.purchase_order where order_id = any(%(order_ids)s) order by order_id for no key update

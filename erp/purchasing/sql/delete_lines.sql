delete from erp.purchase_order_line where order_id = %(order_id)s

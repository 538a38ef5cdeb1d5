update erp.purchase_order
set supplier_id = (select supplier_id from erp.supplier where code = %(supplier)s),
    ordered_on = %(ordered_on)s,
    currency = %(currency)s
where order_id = %(order_id)s and code = %(code)s

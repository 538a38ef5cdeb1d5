update erp.purchase_order orders
set supplier_id = supplier.supplier_id,
    ordered_on = %(ordered_on)s,
    currency = %(currency)s,
    incoterm = case when %(incoterm)s = '' then supplier.incoterm else %(incoterm)s end,
    named_place = case when %(incoterm)s = '' then supplier.named_place else %(named_place)s end
from erp.supplier supplier
where orders.order_id = %(order_id)s and orders.code = %(code)s and supplier.code = %(supplier)s

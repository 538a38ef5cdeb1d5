select orders.order_id, supplier.code as supplier, orders.ordered_on, orders.currency, orders.incoterm,
       orders.named_place
from erp.purchase_order orders
join erp.supplier supplier using (supplier_id)
where orders.code = %(code)s
for update of orders

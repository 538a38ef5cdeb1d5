select unit.unit_id
from erp.lot lot
join binding.stock_unit unit using (lot_id)
join erp.purchase_order orders using (order_id)
join erp.supplier supplier using (supplier_id)
where lot.supplier_lot = %(subject)s and (%(supplier)s::text is null or supplier.code = %(supplier)s)

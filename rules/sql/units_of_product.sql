select unit.unit_id as id
from erp.lot lot
join binding.stock_unit unit using (lot_id)
where lot.product_id = %(product_id)s
order by unit.unit_id

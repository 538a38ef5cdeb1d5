select back.quantity, unit.code as unit
from erp.customer_return back
join binding.stock_unit unit using (unit_id)
where back.code = %(code)s and back.shipped_unit = %(shipped_unit)s

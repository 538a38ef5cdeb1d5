select u.unit_id, u.code, u.lot_id, lot.code as lot, u.quantity, u.unit_of_measure, parent.code as parent,
       public.micros(u.split_at) as split_at
from binding.stock_unit u
join erp.lot lot using (lot_id)
left join binding.stock_unit parent on parent.unit_id = u.parent_id
where u.code = %(code)s

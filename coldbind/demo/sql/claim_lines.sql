select u.code as unit, l.amount
from erp.claim_line l
join binding.stock_unit u using (unit_id)
order by u.code

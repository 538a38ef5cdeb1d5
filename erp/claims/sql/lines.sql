select unit.code as unit, lot.code as lot, line.quantity, line.unit_price, line.amount, line.deficiency,
       line.struck_why, line.reduced_from, line.reduced_why
from erp.claim_line line
join binding.stock_unit unit using (unit_id)
join erp.lot lot on lot.lot_id = line.lot_id
where line.claim_id = %(claim_id)s
order by unit.code

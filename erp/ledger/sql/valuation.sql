-- By the day the books have a fact, or by the day the fact was true.
select lot.code as lot,
       product.code as product,
       supplier.code as supplier,
       lot.expires_on,
       entry.currency,
       coalesce(sum(line.amount) filter (where line.account = '1200'), 0) as free,
       coalesce(sum(line.amount) filter (where line.account = '1210'), 0) as held
from erp.journal_entry entry
join erp.journal_line line using (entry_id)
join erp.unit_cost cost using (unit_id)
join erp.lot lot using (lot_id)
join erp.product product using (product_id)
join erp.purchase_order orders on orders.order_id = lot.order_id
join erp.supplier supplier using (supplier_id)
where line.account in ('1200', '1210')
  and case when %(by_fact)s then (entry.occurred_at at time zone 'UTC')::date else entry.booked_on end
      <= %(as_of)s
group by lot.lot_id, product.code, supplier.code, entry.currency
having sum(line.amount) <> 0
order by lot.code

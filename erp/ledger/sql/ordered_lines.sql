-- The lines of an order with what was accepted, and what was invoiced before one invoice (null: so far).
select line.line as order_line,
       product.code as product,
       line.quantity as ordered,
       line.unit_price,
       (select coalesce(sum(change.delta), 0)
        from erp.lot lot
        join erp.goods_receipt receipt using (receipt_id)
        join binding.stock_unit unit using (lot_id)
        join binding.quantity_change change using (unit_id)
        where lot.order_id = line.order_id and lot.order_line = line.line
          and receipt.decision in ('accepted', 'accepted_with_reservation')
          and change.occurred_at <= receipt.decided_at
          and not exists (select from binding.cancellation where movement_id = change.movement_id)
       ) as accepted,
       (select coalesce(sum(told.quantity), 0)
        from erp.supplier_invoice_line told
        join erp.supplier_invoice invoice using (invoice_id)
        where told.order_id = line.order_id and told.order_line = line.line
          and invoice.state <> 'cancelled'
          and (%(before)s::bigint is null or invoice.invoice_id < %(before)s)
       ) as invoiced
from erp.purchase_order_line line
join erp.product product using (product_id)
where line.order_id = %(order_id)s
order by line.line

-- What a unit held when it was accepted is what was received of its order line.
select wanted.order_id,
       wanted.order_line,
       orders.currency,
       (select coalesce(sum(change.delta), 0)
        from erp.lot lot
        join erp.goods_receipt receipt using (receipt_id)
        join binding.stock_unit unit using (lot_id)
        join binding.quantity_change change using (unit_id)
        where lot.order_id = wanted.order_id and lot.order_line = wanted.order_line
          and receipt.decision in ('accepted', 'accepted_with_reservation')
          and change.occurred_at <= receipt.decided_at
          and not exists (select from binding.cancellation where movement_id = change.movement_id)
       ) as accepted,
       (select coalesce(sum(line.quantity), 0)
        from erp.supplier_invoice_line line
        join erp.supplier_invoice invoice using (invoice_id)
        where invoice.state <> 'cancelled' and line.order_id = wanted.order_id and line.order_line = wanted.order_line
       ) as invoiced,
       booked.open,
       booked.settled,
       booked.at
from unnest(%(order_ids)s::bigint[], %(order_lines)s::integer[]) as wanted (order_id, order_line)
join erp.purchase_order orders using (order_id)
cross join lateral (
    select coalesce(sum(line.amount) filter (where entry.kind <> 'receipt_rounding'), 0) as open,
           coalesce(sum(line.amount) filter (where entry.kind = 'receipt_rounding'), 0) as settled,
           coalesce(max(erp.instant(entry.occurred_at)), 0) as at
    from erp.journal_entry entry
    join erp.journal_line line using (entry_id)
    where entry.order_id = wanted.order_id and entry.order_line = wanted.order_line and line.account = '2100'
) booked

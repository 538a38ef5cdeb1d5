-- What was accepted under the order is what the books owe for it without an invoice.
select replacement.claim_id,
       orders.currency,
       booked.received,
       booked.settled,
       booked.at
from erp.claim_replacement replacement
join erp.purchase_order orders using (order_id)
cross join lateral (
    select coalesce(-sum(line.amount) filter (where entry.kind = 'receipt'), 0) as received,
           coalesce(sum(line.amount) filter (where entry.kind = 'replacement'), 0) as settled,
           coalesce(max(erp.instant(entry.occurred_at)), 0) as at
    from erp.journal_entry entry
    join erp.journal_line line using (entry_id)
    where entry.order_id = replacement.order_id and line.account = '2100'
) booked
where replacement.order_id = %(order_id)s

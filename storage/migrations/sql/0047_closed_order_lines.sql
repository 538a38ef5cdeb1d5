-- A person may say that the rest of an order line will not come.

alter table erp.purchase_order_line
    add column closed_at  timestamptz,
    add column closed_by  text,
    add column closed_why text,
    add constraint order_line_closed_is_whole check (num_nonnulls(closed_at, closed_by, closed_why) in (0, 3));
comment on column erp.purchase_order_line.closed_at is 'Since then no more is expected; null while it is open.';

create function erp.received(line erp.purchase_order_line) returns numeric language sql stable
return coalesce((
    select sum(lot.quantity)
    from erp.lot
    join erp.goods_receipt receipt using (receipt_id)
    where lot.order_id = (line).order_id
        and lot.order_line = (line).line
        and lot.product_id = (line).product_id
        and receipt.decision is distinct from 'refused'), 0);
comment on function erp.received is 'What came of the ordered product on deliveries that were not refused.';

create function erp.still_open(line erp.purchase_order_line) returns numeric language sql stable
return case when (line).closed_at is null then greatest((line).quantity - erp.received(line), 0) else 0 end;
comment on function erp.still_open is 'How much of an order line is still to come.';

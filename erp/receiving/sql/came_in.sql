-- Refused deliveries do not count as received; the order of deliveries is that of their arrival.
select lot.lot_id,
       lot.code as lot,
       lot.supplier_lot,
       lot.quantity,
       product.unit_of_measure,
       lot.expires_on,
       lot.produced_on,
       lot.damaged,
       lot.damage,
       product.code as product,
       line.line,
       ordered.code as ordered_product,
       line.quantity as ordered,
       received.before,
       received.in_all,
       line.max_age_days,
       line.min_remaining_days,
       (receipt.arrived_at at time zone 'UTC')::date as arrived_on,
       array(
           select earlier.code || ' on ' || its.code
           from erp.lot earlier
           join erp.goods_receipt its using (receipt_id)
           join erp.purchase_order its_order on its_order.order_id = its.order_id
           where earlier.product_id = lot.product_id
             and earlier.supplier_lot = lot.supplier_lot
             and lot.supplier_lot <> ''
             and its_order.supplier_id = orders.supplier_id
             and (its.arrived_at, earlier.lot_id) < (receipt.arrived_at, lot.lot_id)
           order by its.arrived_at, earlier.lot_id
       ) as same_as,
       case when receipt.announcement_id is not null then exists (
           select from erp.announcement_line said
           where said.announcement_id = receipt.announcement_id
             and said.product_id = lot.product_id
             and (said.supplier_lot = '' or lot.supplier_lot = '' or said.supplier_lot = lot.supplier_lot)
       ) end as announced
from erp.goods_receipt receipt
join erp.lot lot using (receipt_id)
join erp.product product using (product_id)
join erp.purchase_order orders on orders.order_id = lot.order_id
join erp.purchase_order_line line on line.order_id = lot.order_id and line.line = lot.order_line
join erp.product ordered on ordered.product_id = line.product_id
cross join lateral (
    select coalesce(sum(other.quantity) filter (
               where (its.arrived_at, its.receipt_id) < (receipt.arrived_at, receipt.receipt_id)), 0) as before,
           coalesce(sum(other.quantity), 0) as in_all
    from erp.lot other
    join erp.goods_receipt its using (receipt_id)
    where other.order_id = line.order_id
      and other.order_line = line.line
      and other.product_id = line.product_id
      and its.decision is distinct from 'refused'
) received
where receipt.receipt_id = %(receipt_id)s
order by lot.lot_id

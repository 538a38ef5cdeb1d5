select supplier.code as supplier,
       supplier.name,
       delivered.deliveries,
       delivered.promised,
       delivered.on_time,
       delivered.in_temperature,
       delivered.refused,
       claimed.sent as claims,
       claimed.accepted as claims_accepted
from erp.supplier supplier
cross join lateral (
    select count(*)::integer as deliveries,
           count(promise.order_id)::integer as promised,
           (count(*) filter (where (receipt.arrived_at at time zone 'UTC')::date <= promise.promised_on))::integer
               as on_time,
           (count(*) filter (where not exists (
               select
               from erp.lot lot
               join binding.stock_unit unit using (lot_id)
               join rules.excursion excursion using (unit_id)
               join rules.rule rule using (rule_id)
               where lot.receipt_id = receipt.receipt_id
                 and excursion.superseded_at is null
                 and rule.severity <> 'notice'
                 and excursion.started_at < coalesce(receipt.decided_at, 'infinity'))
               and not exists (
               select from erp.flag
               where flag.receipt_id = receipt.receipt_id and flag.kind in ('too_warm', 'too_cold')
                 and flag.withdrawn_at is null)))::integer as in_temperature,
           (count(*) filter (where receipt.decision = 'refused'))::integer as refused
    from erp.goods_receipt receipt
    join erp.purchase_order orders using (order_id)
    left join erp.delivery_promise promise using (order_id)
    where orders.supplier_id = supplier.supplier_id
      and (receipt.arrived_at at time zone 'UTC')::date between %(since)s and %(until)s
) delivered
cross join lateral (
    select count(*)::integer as sent, (count(*) filter (where claim.accepted > 0))::integer as accepted
    from erp.claim claim
    join erp.goods_receipt receipt using (receipt_id)
    where claim.supplier_id = supplier.supplier_id
      and (receipt.arrived_at at time zone 'UTC')::date between %(since)s and %(until)s
      and exists (select from erp.claim_event event
                  where event.claim_id = claim.claim_id and event.after = 'submitted')
) claimed
where delivered.deliveries > 0
order by supplier.code

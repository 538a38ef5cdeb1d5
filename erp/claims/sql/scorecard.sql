-- Deliveries of suppliers: what nobody measured, or not every lot of it, is neither in temperature nor out of it.
select supplier.code as supplier,
       supplier.name,
       delivered.deliveries,
       delivered.promised,
       delivered.on_time,
       delivered.measured,
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
           (count(*) filter (where felt.beyond or felt.measured))::integer as measured,
           (count(*) filter (where felt.measured and not felt.beyond))::integer as in_temperature,
           (count(*) filter (where receipt.decision = 'refused'))::integer as refused
    from erp.goods_receipt receipt
    join erp.purchase_order orders using (order_id)
    left join erp.delivery_promise promise using (order_id)
    cross join lateral (
        select coalesce(excursions.beyond, false)
               or exists (
                   select from erp.flag
                   where flag.receipt_id = receipt.receipt_id and flag.kind in ('too_warm', 'too_cold')
                     and flag.withdrawn_at is null) as beyond,
               not coalesce(excursions.silent, false)
               and exists (select from erp.lot where lot.receipt_id = receipt.receipt_id)
               and not exists (
                   select from erp.lot
                   where lot.receipt_id = receipt.receipt_id
                     and not exists (select from (select distinct on (stretch) readings from erp.receipt_condition condition
                                                  where condition.lot_id = lot.lot_id
                                                  order by stretch, condition_id desc) newest
                                     where newest.readings > 0))
               and not exists (
                   select from erp.flag
                   where flag.receipt_id = receipt.receipt_id and flag.kind = 'unmeasured'
                     and flag.withdrawn_at is null) as measured
        from (
            select bool_or(rule.kind <> 'silence' and rule.severity <> 'notice') as beyond,
                   bool_or(rule.kind = 'silence') as silent
            from erp.lot lot
            join binding.stock_unit unit using (lot_id)
            join rules.excursion excursion using (unit_id)
            join rules.rule rule using (rule_id)
            where lot.receipt_id = receipt.receipt_id
              and excursion.superseded_at is null
              and excursion.started_at < coalesce(receipt.decided_at, 'infinity')
        ) excursions
    ) felt
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

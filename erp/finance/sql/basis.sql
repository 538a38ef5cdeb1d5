select unit.unit_id,
       unit.code as unit,
       lot.lot_id,
       -- What the unit held when the rule was broken, without what is claimed under units split off since.
       coalesce(
           (select sum(change.delta)
            from binding.quantity_change change
            where change.unit_id = unit.unit_id
              and change.occurred_at <= excursion.breached_at
              and not exists (select from binding.cancellation where movement_id = change.movement_id)),
           unit.quantity
       ) - (
           select coalesce(sum(claimed.quantity), 0)
           from binding.lineage child
           join erp.claim_line claimed on claimed.unit_id = child.unit_id
           where child.ancestor_id = unit.unit_id
             and child.unit_id <> unit.unit_id
             and child.until > excursion.breached_at
       ) as quantity,
       -- Goods split off after the breach are claimed under the unit they were in then.
       exists (
           select
           from binding.lineage parent
           where parent.unit_id = unit.unit_id
             and parent.ancestor_id <> unit.unit_id
             and (parent.until > excursion.breached_at
                  or exists (select
                             from erp.claim_line claimed
                             join erp.claim_evidence told using (claim_line_id)
                             join rules.excursion known using (excursion_id)
                             where claimed.unit_id = parent.ancestor_id
                               and told.withdrawn_at is null
                               and known.breached_at < parent.until))
       ) as claimed_before,
       line.unit_price,
       orders.currency,
       orders.order_id,
       receipt.receipt_id,
       receipt.code as receipt,
       erp.instant(receipt.arrived_at) as arrived_at,
       receipt.decision,
       erp.instant(receipt.decided_at) as decided_at,
       supplier.supplier_id,
       supplier.claim_deadline_days,
       rule.name as rule,
       rule.side,
       rule.limit_value as "limit",
       (extract(epoch from rule.tolerance) * 1000000)::bigint as tolerance,
       excursion.peak,
       erp.instant(excursion.peak_at) as peak_at,
       rule.kind,
       (extract(epoch from rule.window_size) * 1000000)::bigint as "window",
       (extract(epoch from rule.stretch) * 1000000)::bigint as stretch,
       rule.thaw_value as thaw,
       rule.times,
       coalesce(excursion.measured, excursion.peak) as measured
from rules.excursion excursion
join rules.rule rule using (rule_id)
join binding.stock_unit unit using (unit_id)
join erp.lot lot using (lot_id)
join erp.goods_receipt receipt using (receipt_id)
join erp.purchase_order orders on orders.order_id = lot.order_id
join erp.purchase_order_line line on line.order_id = lot.order_id and line.line = lot.order_line
join erp.supplier supplier using (supplier_id)
where excursion.excursion_id = %(excursion_id)s

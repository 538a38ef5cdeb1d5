-- The units of a lot as they arrived: what each holds, its line on a draft, and whether another claim has it.
select unit.unit_id, unit.code as unit,
       coalesce((select sum(change.delta) from binding.quantity_change change
                 where change.unit_id = unit.unit_id
                   and not exists (select from binding.cancellation where movement_id = change.movement_id)), 0)
           as held,
       (select line.claim_line_id from erp.claim_line line
        where line.unit_id = unit.unit_id and line.claim_id = %(claim_id)s) as claim_line_id,
       exists (select from erp.claim_line line
               join erp.claim claim using (claim_id)
               where line.unit_id = unit.unit_id and line.struck_at is null and line.claim_id <> %(claim_id)s
                 and not (claim.state = 'closed' and claim.accepted is null)) as claimed_elsewhere
from binding.stock_unit unit
where unit.lot_id = %(lot_id)s and unit.parent_id is null
order by unit.code

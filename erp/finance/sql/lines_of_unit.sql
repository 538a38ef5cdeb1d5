select line.claim_line_id,
       claim.code as claim,
       claim.against,
       line.amount,
       exists (
           select from erp.claim_evidence evidence
           where evidence.claim_line_id = line.claim_line_id and evidence.withdrawn_at is null
       ) or exists (
           select from erp.claim_flag evidence
           where evidence.claim_line_id = line.claim_line_id and evidence.withdrawn_at is null
       ) as stands,
       coalesce((
           select sum(case claim.against when 'supplier' then reason.supplier_seconds else reason.carrier_seconds end)
           from erp.hold
           join erp.hold_excursion reason using (hold_id)
           where hold.unit_id = line.unit_id and reason.withdrawn_at is null
       ), 0) as seconds
from erp.claim
join erp.claim_line line using (claim_id)
where claim.receipt_id = %(receipt_id)s and claim.state = 'draft' and line.unit_id = %(unit_id)s

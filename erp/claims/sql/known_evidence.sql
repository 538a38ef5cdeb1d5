select evidence.claim_line_id
from erp.claim_line line
join erp.claim_evidence evidence using (claim_line_id)
join rules.excursion excursion using (excursion_id)
where line.claim_id = %(claim_id)s and evidence.excursion_id = %(excursion_id)s
  and evidence.withdrawn_at is null
  and evidence.since = excursion.started_at and evidence.until = excursion.observed_until
limit 1

update erp.claim_evidence
set deficiency = %(deficiency)s
where claim_line_id = %(claim_line_id)s
  and excursion_id = %(excursion_id)s
  and deficiency <> %(deficiency)s

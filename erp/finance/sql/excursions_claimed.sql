select distinct excursion_id from erp.claim_evidence
where excursion_id = any(%(excursions)s) and withdrawn_at is null

-- A line whose evidence is all withdrawn keeps its amount: a person takes it off the draft, or not.
update erp.claim_line line
set deficiency = coalesce(
    (
        select string_agg(standing.deficiency, '; ' order by standing.excursion_id)
        from (
            select distinct evidence.excursion_id, evidence.deficiency
            from erp.claim_evidence evidence
            where evidence.claim_line_id = line.claim_line_id and evidence.withdrawn_at is null
        ) standing
    ),
    (
        select 'no evidence stands any more: ' || string_agg(gone.withdrawn_why, '; ' order by gone.excursion_id)
        from (
            select distinct evidence.excursion_id, evidence.withdrawn_why
            from erp.claim_evidence evidence
            where evidence.claim_line_id = line.claim_line_id
        ) gone
    ),
    line.deficiency
)
where line.claim_line_id = %(claim_line_id)s

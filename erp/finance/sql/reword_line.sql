-- A line whose evidence is all withdrawn keeps its amount: a person takes it off the draft, or not.
with told as (
    select distinct 1 as of, evidence.excursion_id as number, evidence.deficiency, evidence.withdrawn_why
    from erp.claim_evidence evidence
    where evidence.claim_line_id = %(claim_line_id)s
    union all
    select distinct 2, evidence.flag_id, evidence.deficiency, evidence.withdrawn_why
    from erp.claim_flag evidence
    where evidence.claim_line_id = %(claim_line_id)s
)
update erp.claim_line line
set deficiency = coalesce(
    (select string_agg(deficiency, '; ' order by of, number) from told where withdrawn_why is null),
    (select 'no evidence stands any more: ' || string_agg(withdrawn_why, '; ' order by of, number) from told),
    line.deficiency
)
where line.claim_line_id = %(claim_line_id)s

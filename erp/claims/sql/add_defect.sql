insert into erp.claim_defect (claim_line_id, flag_id, deficiency)
values (%(claim_line_id)s, %(flag_id)s, %(deficiency)s)
on conflict (claim_line_id, flag_id) do nothing

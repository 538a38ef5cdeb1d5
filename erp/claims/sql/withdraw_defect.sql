update erp.claim_defect defect
set withdrawn_at = clock_timestamp(), withdrawn_why = flag.withdrawn_why
from erp.flag flag
where flag.flag_id = defect.flag_id and flag.withdrawn_at is not null and defect.withdrawn_at is null
  and defect.claim_line_id = %(claim_line_id)s

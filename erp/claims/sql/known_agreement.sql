select told.claim_line_id
from erp.claim_line line
join erp.claim_flag told using (claim_line_id)
where line.claim_id = %(claim_id)s and told.flag_id = %(flag_id)s and told.withdrawn_at is null
  and told.since = public.at_micros(%(since)s) and told.until = public.at_micros(%(until)s)
limit 1

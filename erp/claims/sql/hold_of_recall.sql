select hold.legal_hold_id, recall.code as recall
from erp.legal_hold hold
join erp.recall recall using (recall_id)
where hold.recall_id = %(recall_id)s and hold.released_at is null

select hold.legal_hold_id, recall.code as recall
from erp.legal_hold hold
join erp.recall recall using (recall_id)
where hold.legal_hold_id = %(legal_hold_id)s and recall.state = 'open'

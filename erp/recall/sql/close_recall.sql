update erp.recall
set state = 'closed', closed_at = now(), closed_by = %(by)s, conclusion = %(conclusion)s
where recall_id = %(recall_id)s

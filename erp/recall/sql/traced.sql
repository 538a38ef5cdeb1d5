update erp.recall set traced_at = clock_timestamp() where recall_id = %(recall_id)s and traced_at is null

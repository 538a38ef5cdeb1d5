select unit_id from erp.recall_unit where recall_id = %(recall_id)s

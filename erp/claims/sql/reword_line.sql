select erp.reword_claim_line(%(claim_line_id)s)

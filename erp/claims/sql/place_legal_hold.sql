insert into erp.legal_hold (cause, words, since, placed_by, recall_id)
values (%(cause)s, %(words)s, %(since)s, %(by)s, %(recall_id)s)
returning legal_hold_id

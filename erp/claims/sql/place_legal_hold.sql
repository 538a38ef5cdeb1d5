insert into erp.legal_hold (cause, words, since, placed_by)
values (%(cause)s, %(words)s, %(since)s, %(by)s)
returning legal_hold_id

insert into erp.disposition
    (hold_id, kind, quantity, child, grade, reason_code, words, two_people, signature_id)
values (%(hold_id)s, %(kind)s, %(quantity)s, %(child)s, %(grade)s, %(reason_code)s, %(words)s, %(two_people)s,
        %(signature_id)s)
returning disposition_id

insert into erp.recall (code, mock, reason, kind, subject, supplier_id, since, until, opened_by)
values (%(code)s, %(mock)s, %(reason)s, %(kind)s, %(subject)s,
        (select supplier_id from erp.supplier where code = %(supplier)s::text), %(since)s, %(until)s, %(by)s)
on conflict (code) do nothing
returning recall_id

select recall_id, recall.code, mock, reason, recall.kind, subject, supplier.code as supplier, since, until, state,
       opened_at, opened_by, extract(epoch from traced_at - opened_at)::double precision as traced_seconds, closed_at,
       closed_by, conclusion
from erp.recall
left join erp.supplier supplier using (supplier_id)
where %(code)s::text is null or recall.code = %(code)s
order by recall_id desc

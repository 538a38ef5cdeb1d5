-- The agreement, or what holds without one.
select supplier.supplier_id,
       supplier.code as supplier,
       coalesce(terms.price_share, 100) as price_share,
       coalesce(terms.freight, true) as freight,
       coalesce(terms.handling, true) as handling,
       coalesce(terms.disposal, true) as disposal,
       coalesce(terms.answer_days, 14) as answer_days
from erp.supplier supplier
left join erp.claim_terms terms using (supplier_id)
where supplier.code = %(supplier)s

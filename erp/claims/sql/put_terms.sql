insert into erp.claim_terms (supplier_id, price_share, freight, handling, disposal, answer_days)
values (%(supplier_id)s, %(price_share)s, %(freight)s, %(handling)s, %(disposal)s, %(answer_days)s)
on conflict (supplier_id) do update
set price_share = excluded.price_share, freight = excluded.freight, handling = excluded.handling,
    disposal = excluded.disposal, answer_days = excluded.answer_days

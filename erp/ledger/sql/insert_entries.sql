insert into erp.journal_entry
    (kind, occurred_at, booked_on, recorded_by, currency, document, words, unit_id, order_id, order_line,
     invoice_id, claim_id)
select kind, public.at_micros(at),
       greatest((public.at_micros(at) at time zone 'UTC')::date, erp.closed_through() + 1),
       %(by)s, currency, document, words, unit_id, order_id, order_line, invoice_id, claim_id
from unnest(
    %(kinds)s::text[], %(at)s::bigint[], %(currencies)s::text[], %(documents)s::text[], %(words)s::text[],
    %(unit_ids)s::bigint[], %(order_ids)s::bigint[], %(order_lines)s::integer[], %(invoice_ids)s::bigint[],
    %(claim_ids)s::bigint[]
) with ordinality as entry
    (kind, at, currency, document, words, unit_id, order_id, order_line, invoice_id, claim_id, number)
order by number
returning entry_id

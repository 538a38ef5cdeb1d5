insert into erp.hold_excursion
    (hold_id, excursion_id, supplier_seconds, carrier_seconds, own_seconds, customer_seconds, reason)
select * from unnest(%(holds)s::bigint[], %(excursions)s::bigint[], %(supplier)s::double precision[],
                     %(carrier)s::double precision[], %(own)s::double precision[],
                     %(customer)s::double precision[], %(reason)s::text[])

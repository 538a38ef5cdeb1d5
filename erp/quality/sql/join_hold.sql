insert into erp.hold_excursion
    (hold_id, excursion_id, supplier_seconds, carrier_seconds, own_seconds, customer_seconds, reason)
values (%(hold_id)s, %(excursion_id)s, %(supplier)s, %(carrier)s, %(own)s, %(customer)s, %(reason)s)

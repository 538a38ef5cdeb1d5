insert into erp.hold_excursion (hold_id, excursion_id, supplier_seconds, own_seconds)
values (%(hold_id)s, %(excursion_id)s, %(supplier_seconds)s, %(own_seconds)s)

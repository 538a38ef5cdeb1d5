update erp.hold_excursion
set supplier_seconds = %(supplier)s,
    carrier_seconds = %(carrier)s,
    own_seconds = %(own)s,
    customer_seconds = %(customer)s,
    reason = %(reason)s
where excursion_id = %(excursion_id)s

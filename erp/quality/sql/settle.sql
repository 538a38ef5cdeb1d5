update erp.hold_excursion
set supplier_seconds = %(supplier_seconds)s,
    own_seconds = %(own_seconds)s
where excursion_id = %(excursion_id)s

select hold_id from erp.hold_excursion where excursion_id = %(excursion_id)s

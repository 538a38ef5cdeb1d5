select excursion_id from erp.hold_excursion where excursion_id = any(%(excursions)s)

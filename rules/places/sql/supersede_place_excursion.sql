update rules.place_excursion
set superseded_at = clock_timestamp(), superseded_why = %(why)s
where place_excursion_id = %(excursion_id)s

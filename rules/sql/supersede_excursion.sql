update rules.excursion
set superseded_at = clock_timestamp(), superseded_why = %(why)s
where excursion_id = %(excursion_id)s

select erp.keep_readings(told.series_id, excursion.started_at, excursion.observed_until)
from rules.excursion excursion
cross join unnest(excursion.series) told (series_id)
where excursion.excursion_id = %(excursion_id)s

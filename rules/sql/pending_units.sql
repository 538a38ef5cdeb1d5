select unit_id as id
from rules.excursion
where ended_at is null and superseded_at is null
union
select unit_id
from rules.verdict
where state = 'unmonitored' or look_from <= %(newest)s

insert into binding.logger_travel_cancellation (travel_id, recorded_by, reason)
select t.travel_id, %(by)s, %(reason)s
from binding.logger_travel t
where t.sensor_id = %(sensor_id)s
    and (t.unit_id = %(unit_id)s::bigint or t.handling_unit_id = %(handling_unit_id)s::bigint)
    and not exists (select from binding.logger_travel_cancellation c where c.travel_id = t.travel_id)

-- Nothing when it is known that the logger went with this all the time.
insert into binding.logger_travel (file_id, sensor_id, unit_id, handling_unit_id, during, recorded_by)
select %(file_id)s, %(sensor_id)s, %(unit_id)s::bigint, %(handling_unit_id)s::bigint,
       tstzrange(%(since)s, %(until)s), %(by)s
where not exists (
    select from binding.logger_travel t
    where t.sensor_id = %(sensor_id)s
        and (t.unit_id = %(unit_id)s::bigint or t.handling_unit_id = %(handling_unit_id)s::bigint)
        and t.during @> tstzrange(%(since)s, %(until)s)
        and not exists (select from binding.logger_travel_cancellation c where c.travel_id = t.travel_id)
)

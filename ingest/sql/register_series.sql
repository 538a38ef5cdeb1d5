with device as (
    insert into telemetry.sensor (name, model)
    values (%(name)s, %(model)s)
    on conflict (name) do update set model = coalesce(nullif(excluded.model, ''), sensor.model)
    returning sensor_id
)
insert into telemetry.series (sensor_id, quantity, unit, max_gap)
select sensor_id, %(quantity)s, %(unit)s, %(max_gap)s
from device

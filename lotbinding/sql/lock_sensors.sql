select sensor_id, name
from telemetry.sensor
where name = any(%(names)s)
order by sensor_id
for no key update

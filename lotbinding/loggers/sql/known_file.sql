select f.file_id, s.name as serial, f.zone, f.mapping
from binding.logger_file f
join telemetry.sensor s using (sensor_id)
where f.digest = sha256(%(content)s)

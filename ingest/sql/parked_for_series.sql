select coalesce(sum(records), 0)::integer as records
from telemetry.parked
where resolved_at is null and code = 'unknown_series' and sensor = %(sensor)s and quantity = %(quantity)s

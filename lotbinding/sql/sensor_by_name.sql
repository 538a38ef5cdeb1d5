select sensor_id as id from telemetry.sensor where name = %(name)s

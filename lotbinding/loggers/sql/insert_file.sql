insert into binding.logger_file
    (sensor_id, name, digest, content, mapping, zone, form, model, started_at, stopped_at, step, readings,
     missing, settings, marks, recorded_by)
values
    (%(sensor_id)s, %(name)s, sha256(%(content)s), %(content)s, %(mapping)s, %(zone)s, %(form)s, %(model)s,
     %(started_at)s, %(stopped_at)s, %(step)s, %(readings)s, %(missing)s, %(settings)s::jsonb, %(marks)s::jsonb,
     %(by)s)
returning file_id as id

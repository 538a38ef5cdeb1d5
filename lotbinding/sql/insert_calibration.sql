insert into binding.calibration (sensor_id, calibrated_on, offset_k, due_on, certificate, recorded_by)
values (%(sensor_id)s, %(calibrated_on)s, %(offset_k)s, %(due_on)s, %(certificate)s, %(by)s)

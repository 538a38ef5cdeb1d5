insert into batch (seq, readings, created_at, thinned_first, thinned_readings, body)
values (:seq, :readings, :created_at, :thinned_first, :thinned_readings, :body)

insert into rules.sensor_limits
    (series_id, lowest, highest, error_values, max_step, max_rate, stuck_after, stuck_levels, low, told_by)
values
    (%(series_id)s, %(lowest)s, %(highest)s, %(error_values)s, %(max_step)s, %(max_rate)s, %(stuck_after)s,
     %(stuck_levels)s, %(low)s, %(told_by)s)
on conflict (series_id) do update
    set lowest = excluded.lowest, highest = excluded.highest, error_values = excluded.error_values,
        max_step = excluded.max_step, max_rate = excluded.max_rate, stuck_after = excluded.stuck_after,
        stuck_levels = excluded.stuck_levels, low = excluded.low, told_by = excluded.told_by, told_at = clock_timestamp()

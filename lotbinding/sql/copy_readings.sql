copy (
    select time, value
    from telemetry.reading
    where series_id = %(series_id)s
        and time >= public.at_micros(%(start)s)
        and time < least(public.at_micros(%(end)s), timestamptz '9999-12-31')
    order by time
) to stdout with (format binary)

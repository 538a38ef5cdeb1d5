-- Where TimescaleDB is installed, readings live in a hypertable; elsewhere in a plain table.

do $$
begin
    if exists (select from pg_available_extensions where name = 'timescaledb') then
        create extension if not exists timescaledb;
        perform create_hypertable('telemetry.reading', by_range('time', interval '7 days'));
    end if;
end
$$;

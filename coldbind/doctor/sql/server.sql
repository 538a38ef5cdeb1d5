-- What kind of server this is, and its clock; timescale and license are null without TimescaleDB.
select current_setting('server_version_num')::int / 10000 as major,
       current_setting('server_version') as version,
       (select extversion from pg_extension where extname = 'timescaledb') as timescale,
       current_setting('timescaledb.license', true) as license,
       current_setting('track_commit_timestamp')::boolean as keeps_commit_times,
       clock_timestamp() as now

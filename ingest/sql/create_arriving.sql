create temporary table arriving (
    row         integer not null,
    series_id   integer not null,
    quality     smallint not null,
    time        timestamptz not null,
    value       double precision not null,
    received_at timestamptz not null,
    gateway_at  timestamptz
) on commit drop

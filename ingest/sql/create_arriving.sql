create temporary table arriving (
    row       integer not null,
    series_id integer not null,
    time      timestamptz not null,
    value     double precision not null,
    quality   smallint not null
) on commit drop

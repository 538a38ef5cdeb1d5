create table if not exists meta (
    only_row integer primary key check (only_row = 1),
    epoch integer not null
)

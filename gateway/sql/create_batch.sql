-- AUTOINCREMENT: a number is never given twice, also after its row was deleted. A batch that stands for
-- others keeps the last of their numbers, says the first, and how many readings they held. The body is
-- last, so that the other columns can be read without it.
create table if not exists batch (
    seq integer primary key autoincrement,
    readings integer not null,
    created_at integer not null,
    thinned_first integer,
    thinned_readings integer,
    body blob not null
)

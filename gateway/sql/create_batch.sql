-- AUTOINCREMENT: a number is never given twice, also after its row was deleted
create table if not exists batch (
    seq integer primary key autoincrement,
    body blob not null,
    readings integer not null,
    created_at integer not null
)

select
    (select epoch from meta) as epoch,
    (select count(*) from batch) as waiting,
    coalesce((select seq from sqlite_sequence where name = 'batch'), 0) as last_seq

-- the rows follow, as many as there are
insert into batch (readings, created_at, body) values

-- the rows follow, as many as there are
insert into batch (body, readings, created_at) values

insert into erp.stock_count (location_id, counted_at, counted_by, reason)
values (%(location_id)s, %(counted_at)s, %(by)s, %(reason)s)
returning count_id

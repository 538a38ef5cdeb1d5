select created_at from batch order by seq limit 1

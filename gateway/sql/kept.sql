select coalesce(thinned_first, seq) as first, seq, length(body) as size, readings, thinned_readings
from batch
where seq > :after
order by seq
limit :most

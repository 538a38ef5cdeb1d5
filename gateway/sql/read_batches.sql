-- A batch that stands for others may be numbered over :upto and begin below it; it can only be the next.
select seq, body, created_at, thinned_first, thinned_readings from batch
where seq > :after
    and seq <= coalesce((select seq from batch where seq >= :upto order by seq limit 1), :upto)
    and coalesce(thinned_first, seq) <= :upto
order by seq
limit :most

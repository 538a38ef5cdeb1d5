select seq, body, created_at, thinned_first, thinned_readings from batch
where seq between :first and :last
order by seq

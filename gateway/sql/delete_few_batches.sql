delete from batch
where seq in (
    select seq from batch
    where seq between :first and :last and coalesce(thinned_first, seq) >= :first
    order by seq
    limit :most
)

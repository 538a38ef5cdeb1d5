-- The batches with whose numbers a stretch begins, and the last number of the stretch before.
select first, before
from (
    select seq, coalesce(thinned_first, seq) as first, lag(seq) over (order by seq) as before from batch
)
where before is null or first > before + 1
order by seq

select legal_hold_id, cause, words, since, placed_at, placed_by
from erp.legal_hold
where released_at is null
order by legal_hold_id

-- Goods with us whose last day of use is over, and that are not held for it.
select stock.unit_id
from erp.stock stock
where stock.expires_on < %(today)s
    and not exists (
        select from erp.hold
        where hold.unit_id = stock.unit_id and hold.cause = 'expiry' and hold.released_at is null
    )
order by stock.unit_id

-- Goods with us whose last day of use is over, and that are not held for it. When a person ended such a hold
-- after that day, the goods, and what was split off them since, are left as that person decided.
select stock.unit_id
from erp.stock stock
where stock.expires_on < %(today)s
    and not exists (
        select from binding.lineage line
        join erp.hold known on known.unit_id = line.ancestor_id and known.cause = 'expiry'
        where line.unit_id = stock.unit_id and known.placed_at < line.until
            and (known.released_at is null or (known.released_at at time zone 'UTC')::date > stock.expires_on)
    )
order by stock.unit_id
limit %(most)s

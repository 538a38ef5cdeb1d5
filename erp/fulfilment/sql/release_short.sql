-- What is promised of units that hold less now, or are gone: the newest promises end first.
with left_over as (
    select stock.unit_id, coalesce(told.quantity, 0) as quantity,
           case when told.unit_id is null then 'the goods are not with us any more'
                else 'the unit holds less than was promised' end as why
    from erp.stock stock
    left join erp.stock_as_told told using (unit_id)
    where stock.unit_id = any(%(unit_ids)s) and stock.reserved > coalesce(told.quantity, 0)
),
promised as (
    select reservation.reservation_id, left_over.why, left_over.quantity,
           (select coalesce(sum(pick.quantity), 0) from erp.pick
            where pick.unit_id = left_over.unit_id and pick.state = 'picked')
           + sum(reservation.quantity) over (partition by reservation.unit_id order by reservation.reservation_id)
               as until_here
    from left_over
    join erp.reservation using (unit_id)
    where reservation.state = 'reserved'
)
update erp.reservation
set state = 'released', ended_at = now(), why = promised.why
from promised
where reservation.reservation_id = promised.reservation_id and promised.until_here > promised.quantity

-- What of each unit of a lot was promised to customers or picked for them, by what was known then.
select unit.code as unit, erp.amount(sum(promise.quantity), 0) as reserved
from erp.lot lot
join binding.stock_unit unit using (lot_id)
join lateral (
    select coalesce(
        (select change.was
         from erp.reservation_change change
         where change.reservation_id = reservation.reservation_id and change.recorded_at > %(known_at)s
         order by change.reservation_change_id
         limit 1), reservation.quantity) as quantity
    from erp.reservation
    where reservation.unit_id = unit.unit_id and reservation.reserved_at <= %(known_at)s
        and (reservation.ended_at is null or reservation.ended_at > %(known_at)s)
    union all
    select pick.quantity
    from erp.pick
    where pick.unit_id = unit.unit_id and pick.recorded_at <= %(known_at)s
        and (pick.ended_at is null or pick.ended_at > %(known_at)s)
) promise on true
where lot.code = %(lot)s
group by unit.code

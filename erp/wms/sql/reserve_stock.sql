-- Free units of a product that stand neither at a pick face of it nor have a task, first expiring first.
select unit.code as unit, stock.free as quantity
from erp.stock stock
join binding.stock_unit unit using (unit_id)
join binding.location place on place.location_id = stock.location_id
join erp.lot lot on lot.lot_id = stock.lot_id
join erp.goods_receipt receipt using (receipt_id)
where stock.product_id = %(product_id)s and not stock.held and stock.free = stock.quantity
    and place.kind not in ('quarantine_cage', 'vehicle', 'dock_door')
    and receipt.decision in ('accepted', 'accepted_with_reservation')
    and (stock.expires_on is null or stock.expires_on >= %(today)s)
    and not exists (select from erp.downgraded lower_ where lower_.unit_id = stock.unit_id)
    and not exists (
        select from erp.pick_face face
        join binding.location front on front.location_id = face.location_id
        where face.product_id = stock.product_id and place.path <@ front.path
    )
    and not exists (
        select from erp.warehouse_task task
        where task.unit_id = stock.unit_id and task.state in ('open', 'taken')
    )
order by stock.expires_on nulls last, stock.received_at, stock.unit_id
limit 200

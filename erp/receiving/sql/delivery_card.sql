-- A delivery as JSON text: what came under which lines, what is flagged, in which conditions it came.
select json_build_object(
    'receipt', receipt.code,
    'order', orders.code,
    'supplier', supplier.code,
    'announcement', notice.code,
    'dock', receipt.dock::text,
    'arrived_at', erp.utc(receipt.arrived_at),
    'decision', receipt.decision,
    'decided_at', erp.utc(receipt.decided_at),
    'decided_by', receipt.decided_by,
    'reservation', receipt.reservation,
    'lots', (
        select coalesce(json_agg(json_build_object(
            'lot', lot.code,
            'supplier_lot', lot.supplier_lot,
            'line', lot.order_line,
            'product', product.code,
            'quantity', erp.amount(lot.quantity, 0),
            'unit_of_measure', product.unit_of_measure,
            'expires_on', lot.expires_on,
            'produced_on', lot.produced_on,
            'damaged', erp.amount(lot.damaged, 0),
            'damage', lot.damage,
            'units', (
                select coalesce(json_agg(json_build_object(
                    'code', unit.code, 'quantity', erp.amount(unit.quantity, 0)) order by unit.code), '[]')
                from binding.stock_unit unit
                where unit.lot_id = lot.lot_id and unit.parent_id is null
            ),
            'conditions', (
                select coalesce(json_agg(json_build_object(
                    'stretch', newest.stretch,
                    'readings', newest.readings,
                    'monitored_seconds', newest.monitored_seconds,
                    'lowest', newest.lowest,
                    'highest', newest.highest,
                    'sensors', newest.sensors,
                    'recorded_at', erp.utc(newest.recorded_at)
                ) order by newest.stretch desc), '[]')
                from (
                    select distinct on (stretch) * from erp.receipt_condition
                    where receipt_condition.lot_id = lot.lot_id
                    order by stretch, condition_id desc
                ) newest
            )
        ) order by lot.lot_id), '[]')
        from erp.lot
        join erp.product product using (product_id)
        where lot.receipt_id = receipt.receipt_id
    ),
    'flags', (
        select coalesce(json_agg(json_build_object(
            'id', flag.flag_id,
            'kind', flag.kind,
            'line', flag.order_line,
            'lot', lot.code,
            'unit', unit.code,
            'words', flag.words,
            'numbers', flag.numbers,
            'raised_at', erp.utc(flag.raised_at),
            'withdrawn_at', erp.utc(flag.withdrawn_at),
            'withdrawn_why', flag.withdrawn_why
        ) order by flag.flag_id), '[]')
        from erp.flag
        left join erp.lot using (lot_id)
        left join binding.stock_unit unit using (unit_id)
        where flag.receipt_id = receipt.receipt_id
    )
)::text as card
from erp.goods_receipt receipt
join erp.purchase_order orders using (order_id)
join erp.supplier supplier using (supplier_id)
left join erp.announcement notice using (announcement_id)
where receipt.code = %(code)s

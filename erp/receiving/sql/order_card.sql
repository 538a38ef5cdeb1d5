-- An order as JSON text: of each line what is ordered and agreed, and which lots came under it.
select json_build_object(
    'order', orders.code,
    'supplier', supplier.code,
    'ordered_on', orders.ordered_on,
    'currency', orders.currency,
    'incoterm', orders.incoterm,
    'named_place', orders.named_place,
    'lines', (
        select json_agg(json_build_object(
            'line', line.line,
            'product', product.code,
            'quantity', erp.amount(line.quantity, 0),
            'unit_of_measure', product.unit_of_measure,
            'unit_price', erp.amount(line.unit_price, 2),
            'lowest', line.lowest::double precision,
            'highest', line.highest::double precision,
            'max_age_days', line.max_age_days,
            'min_remaining_days', line.min_remaining_days,
            'received', erp.amount(erp.received(line.*), 0),
            'open', erp.amount(erp.still_open(line.*), 0),
            'closed', case when line.closed_at is not null then json_build_object(
                'at', erp.utc(line.closed_at),
                'by', line.closed_by,
                'why', line.closed_why,
                'missing', erp.amount(line.quantity - erp.received(line.*), 0)
            ) end,
            'lots', (
                select coalesce(json_agg(json_build_object(
                    'lot', lot.code,
                    'supplier_lot', lot.supplier_lot,
                    'product', came.code,
                    'quantity', erp.amount(lot.quantity, 0),
                    'expires_on', lot.expires_on,
                    'receipt', receipt.code,
                    'arrived_at', erp.utc(receipt.arrived_at),
                    'decision', receipt.decision
                ) order by receipt.arrived_at, lot.lot_id), '[]')
                from erp.lot
                join erp.product came using (product_id)
                join erp.goods_receipt receipt using (receipt_id)
                where lot.order_id = line.order_id and lot.order_line = line.line
            )
        ) order by line.line)
        from erp.purchase_order_line line
        join erp.product product using (product_id)
        where line.order_id = orders.order_id
    )
)::text as card
from erp.purchase_order orders
join erp.supplier supplier using (supplier_id)
where orders.code = %(code)s

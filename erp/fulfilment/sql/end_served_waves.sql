update erp.wave
set state = 'done', ended_at = now()
where state = 'released'
    and wave_id in (
        select orders.wave_id
        from erp.dispatch_line
        join erp.sales_order orders using (sales_order_id)
        where shipment_id = %(shipment_id)s
    )
    and not exists (
        select from erp.sales_order orders where orders.wave_id = wave.wave_id and orders.state = 'open'
    )

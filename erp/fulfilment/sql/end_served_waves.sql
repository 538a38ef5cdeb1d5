update erp.wave
set state = 'done', ended_at = now()
where state = 'released'
    and not exists (
        select from erp.sales_order orders where orders.wave_id = wave.wave_id and orders.state = 'open'
    )

select wave.code, wave.state, wave.opened_at, wave.opened_by, wave.released_at, wave.ended_at,
       array_agg(orders.code order by orders.sales_order_id) as orders,
       count(*) filter (where orders.state = 'open') as open_orders
from erp.wave
join erp.sales_order orders using (wave_id)
where %(ended)s or wave.state <> 'done'
group by wave.wave_id
order by wave.wave_id desc
limit 1000

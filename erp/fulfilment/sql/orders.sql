select orders.sales_order_id, orders.code, customer.code as customer, orders.ordered_on, orders.deliver_on,
       orders.minimum_life_days, orders.state, wave.code as wave
from erp.sales_order orders
join erp.customer customer using (customer_id)
left join erp.wave wave using (wave_id)
where (%(code)s::text is null or orders.code = %(code)s)
    and (%(ended)s or orders.state = 'open' or %(code)s::text is not null)
order by orders.sales_order_id desc
limit 1000

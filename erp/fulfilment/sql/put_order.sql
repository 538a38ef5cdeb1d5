insert into erp.sales_order (code, customer_id, ordered_on, deliver_on, minimum_life_days, recorded_by)
values (%(code)s, %(customer_id)s, %(ordered_on)s, %(deliver_on)s, %(minimum_life_days)s, %(by)s)
on conflict (code) do nothing
returning sales_order_id

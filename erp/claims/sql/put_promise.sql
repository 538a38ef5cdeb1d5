insert into erp.delivery_promise (order_id, promised_on, recorded_by)
select order_id, %(promised_on)s, %(by)s from erp.purchase_order where code = %(order)s
on conflict (order_id) do update set promised_on = excluded.promised_on, recorded_by = excluded.recorded_by

insert into erp.goods_receipt (code, order_id, dock, arrived_at)
values (%(code)s, %(order_id)s, %(dock)s::ltree, %(arrived_at)s)
on conflict (code) do nothing

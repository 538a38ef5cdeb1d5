insert into erp.purchase_order (code, supplier_id, ordered_on, currency)
select %(code)s, supplier.supplier_id, %(ordered_on)s, %(currency)s
from erp.supplier supplier
where supplier.code = %(supplier)s
on conflict (code) do nothing
returning order_id

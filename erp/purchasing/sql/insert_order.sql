-- Without terms of its own it is ordered under the supplier's usual ones, as they are now.
insert into erp.purchase_order (code, supplier_id, ordered_on, currency, incoterm, named_place)
select %(code)s, supplier.supplier_id, %(ordered_on)s, %(currency)s,
       case when %(incoterm)s = '' then supplier.incoterm else %(incoterm)s end,
       case when %(incoterm)s = '' then supplier.named_place else %(named_place)s end
from erp.supplier supplier
where supplier.code = %(supplier)s
on conflict (code) do nothing
returning order_id

insert into erp.announcement_line (announcement_id, number, product_id, supplier_lot, quantity)
select %(announcement_id)s, said.number, said.product_id, said.supplier_lot, said.quantity
from unnest(%(products)s::integer[], %(lots)s::text[], %(quantities)s::numeric[])
     with ordinality as said (product_id, supplier_lot, quantity, number)

select code from erp.goods_receipt where order_id = %(order_id)s
union all
select code from erp.supplier_invoice where order_id = %(order_id)s
order by code

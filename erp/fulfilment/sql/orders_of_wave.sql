select code from erp.sales_order where wave_id = %(wave_id)s order by sales_order_id

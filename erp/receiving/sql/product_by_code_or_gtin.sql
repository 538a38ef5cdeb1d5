select product_id, code from erp.product
where code = %(code)s or gtin = %(gtin)s
order by code <> %(code)s
limit 1

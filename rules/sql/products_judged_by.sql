select code from erp.product where profile_id = %(profile_id)s order by code

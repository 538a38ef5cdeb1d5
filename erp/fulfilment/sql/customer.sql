select customer_id, code, name, min_remaining_days as minimum_life_days from erp.customer where code = %(code)s

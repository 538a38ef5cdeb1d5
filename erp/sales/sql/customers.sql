select code, name, min_remaining_days, lowest, highest, contact from erp.customer order by code

select nullif(erp.closed_through(), '-infinity') as day

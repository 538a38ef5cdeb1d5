select count(*)::integer as number from erp.lot

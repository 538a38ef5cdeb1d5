select code, name, unit_of_measure from erp.product where gtin = %(gtin)s

select code from erp.product where gtin = %(gtin)s and code <> %(code)s

select code from erp.supplier where code = %(code)s

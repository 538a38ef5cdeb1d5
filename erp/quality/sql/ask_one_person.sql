delete from erp.two_people where profile = %(profile)s

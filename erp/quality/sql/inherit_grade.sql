insert into erp.downgraded (unit_id, disposition_id, grade)
select %(child_id)s, disposition_id, grade from erp.downgraded where unit_id = %(parent_id)s

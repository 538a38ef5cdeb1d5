insert into erp.downgraded (unit_id, disposition_id, grade)
values (%(unit_id)s, %(disposition_id)s, %(grade)s)
on conflict (unit_id) do update set disposition_id = excluded.disposition_id, grade = excluded.grade

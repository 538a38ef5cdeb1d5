select now() as now,
       ((select count(*) from rules.due) + (select count(*) from rules.due_unit))::integer as due

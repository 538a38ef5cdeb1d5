select ((select count(*) from rules.due) + (select count(*) from rules.due_unit))::integer as number

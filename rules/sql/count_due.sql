select ((select count(*) from rules.due) + (select count(*) from rules.due_unit)
        + (select count(*) from rules.due_place))::integer as number

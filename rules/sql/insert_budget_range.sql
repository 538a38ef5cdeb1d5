insert into rules.budget_range (rule_id, number, start_value, end_value, allowed)
values (%(rule_id)s, %(number)s, %(start_value)s, %(end_value)s, %(allowed)s)

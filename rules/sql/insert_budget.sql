insert into rules.budget (rule_id, warn_at, source) values (%(rule_id)s, %(warn_at)s, %(source)s)

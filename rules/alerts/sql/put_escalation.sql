update rules.escalation set after = %(after)s, told_by = %(by)s, told_at = now() where severity = %(severity)s

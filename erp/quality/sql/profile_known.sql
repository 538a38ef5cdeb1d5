select exists (select from rules.profile where name = %(profile)s) as known

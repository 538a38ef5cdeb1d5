select distinct name from rules.profile order by name

select name, version, profile_id from rules.profile order by name, version desc

select distinct on (name) name, profile_id from rules.profile order by name, version desc

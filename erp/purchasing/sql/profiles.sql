select name, version, profile_id from rules.profile where state = 'approved' order by name, version desc

update rules.profile
set state = 'retired', retired_at = %(at)s, retirement_id = %(signature_id)s
where profile_id = %(profile_id)s

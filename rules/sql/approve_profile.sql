update rules.profile
set state = 'approved', approved_at = %(at)s, approved_by = %(by)s, approval_id = %(signature_id)s
where profile_id = %(profile_id)s

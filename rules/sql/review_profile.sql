update rules.profile set review_id = %(signature_id)s where profile_id = %(profile_id)s

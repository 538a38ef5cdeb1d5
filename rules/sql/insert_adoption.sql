insert into rules.adoption (product_id, profile_id, was_profile_id, judges_again, recorded_by)
values (%(product_id)s, %(profile_id)s, %(was_profile_id)s, %(judges_again)s, %(recorded_by)s)

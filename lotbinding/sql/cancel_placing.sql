insert into binding.placing_cancellation (placing_id, recorded_by, reason, replaced_by)
values (%(placing_id)s, %(by)s, %(reason)s, %(replaced_by)s)

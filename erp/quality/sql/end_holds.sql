-- Every open hold of a unit, or one. What was split off held goods a moment ago was never held longer than that.
update erp.hold
set released_at = greatest(placed_at, %(at)s), released_by = %(by)s, disposition_id = %(disposition_id)s
where unit_id = %(unit_id)s and released_at is null and cause = coalesce(%(cause)s, cause)
returning hold_id, cause

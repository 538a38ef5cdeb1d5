-- Closing a period waits for whoever posts, and whoever posts after it sees it closed.
select pg_advisory_xact_lock_shared(%(lock)s)

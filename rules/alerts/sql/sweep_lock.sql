select pg_try_advisory_xact_lock(4242017) as mine

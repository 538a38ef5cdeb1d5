select pg_try_advisory_xact_lock(hashtextextended(%(work)s, 0)) as ours

set local plan_cache_mode = auto

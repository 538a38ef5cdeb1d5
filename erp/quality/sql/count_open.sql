select count(*)::integer as number from erp.hold where released_at is null

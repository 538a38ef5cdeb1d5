select pg_notify('coldbind_due', '')

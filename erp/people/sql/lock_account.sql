select account_id, login, full_name, password_hash, failures,
       erp.instant(locked_until) as locked_until,
       deactivated_at is not null as deactivated,
       erp.instant(clock_timestamp()) as now
from erp.account
where login = %(login)s
for no key update

select login, full_name, recorded_at, recorded_by, password_set_at,
       case when locked_until > clock_timestamp() then locked_until end as locked_until,
       deactivated_at, deactivated_by, deactivated_why,
       (select count(*)::integer from erp.signature s where s.account_id = a.account_id) as signatures
from erp.account a
order by login

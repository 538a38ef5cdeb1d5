select severity, (extract(epoch from after) * 1000000)::bigint as after
from rules.escalation
order by rules.rank(severity) desc

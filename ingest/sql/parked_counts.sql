select code, sum(records)::integer as records, (array_agg(reason order by parked_id desc))[1] as newest
from telemetry.parked
where resolved_at is null
group by code
order by code

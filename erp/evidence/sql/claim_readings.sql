select sensor.name as sensor, erp.instant(kept.time) as at, kept.value, kept.quality
from (
    select evidence.series_id,
           least(min(evidence.since), receipt.arrived_at) as since,
           greatest(max(evidence.until), coalesce(receipt.decided_at, max(evidence.until))) as until
    from erp.claim claim
    join erp.goods_receipt receipt using (receipt_id)
    join erp.claim_line line using (claim_id)
    join erp.claim_proof evidence using (claim_line_id)
    where claim.code = %(code)s
    group by evidence.series_id, receipt.arrived_at, receipt.decided_at
) wanted
join erp.kept_reading kept on kept.series_id = wanted.series_id and kept.time between wanted.since and wanted.until
join telemetry.series series on series.series_id = kept.series_id
join telemetry.sensor sensor using (sensor_id)
order by sensor.name, kept.time

-- What the dock measured from arrival until the decision is kept with the readings of the evidence.
select erp.keep_readings(evidence.series_id, receipt.arrived_at,
                         greatest(max(evidence.until), coalesce(receipt.decided_at, max(evidence.until))))
from erp.claim claim
join erp.goods_receipt receipt using (receipt_id)
join erp.claim_line line using (claim_id)
join erp.claim_proof evidence using (claim_line_id)
where claim.code = %(code)s
group by evidence.series_id, receipt.arrived_at, receipt.decided_at

select reason.excursion_id,
       unit.unit_id,
       unit.code as unit,
       erp.instant(excursion.started_at) as started_at,
       array(select erp.instant(lower(part)) from unnest(excursion.beyond) part order by part) as starts,
       array(select erp.instant(upper(part)) from unnest(excursion.beyond) part order by part) as ends,
       reason.reason as told
from erp.hold_excursion reason
join erp.hold hold using (hold_id)
join binding.stock_unit unit using (unit_id)
join rules.excursion excursion using (excursion_id)
where reason.excursion_id = any(%(excursions)s) and reason.withdrawn_at is null
order by reason.excursion_id

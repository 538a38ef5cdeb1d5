insert into erp.delivery_condition
    (shipment_id, unit_id, since, until, readings, lowest, highest, mean, mkt, beyond, unmonitored, verdict)
select %(shipment_id)s, unit.unit_id, public.at_micros(told.since), %(until)s, told.readings, told.lowest, told.highest,
       told.mean, told.mkt, told.beyond, told.unmonitored * interval '1 microsecond', verdict.state
from unnest(%(units)s::text[], %(since)s::bigint[], %(readings)s::integer[], %(lowest)s::double precision[],
            %(highest)s::double precision[], %(mean)s::double precision[], %(mkt)s::double precision[],
            %(beyond)s::jsonb[], %(unmonitored)s::bigint[])
    told (unit, since, readings, lowest, highest, mean, mkt, beyond, unmonitored)
join binding.stock_unit unit on unit.code = told.unit
left join rules.verdict verdict on verdict.unit_id = unit.unit_id

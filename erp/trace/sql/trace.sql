-- The story of one lot as JSON text. json, not jsonb, so that keys come in the order they are read.
-- erp.amount writes decimals as text: no reader of JSON may turn money into a float. Facts are those recorded
-- by known_at, 'infinity' being now. Each part is made for all units at once, never unit by unit.
with this as materialized (
    select lot.lot_id, lot.order_id, lot.order_line, lot.receipt_id, lot.product_id,
           rules.profile_of_lot(lot.lot_id) as profile_id,
           -- A decision has the time it was made; when it was told, the audit chain knows.
           %(known_at)s = 'infinity'::timestamptz or coalesce((
               select min(record.recorded_at)
               from audit.record
               where record.subject = 'receipt ' || receipt.code
                   and record.action in (
                       'delivery accepted', 'delivery accepted with reservation', 'delivery refused')
           ), receipt.decided_at) <= %(known_at)s as decided
    from erp.lot lot
    join erp.goods_receipt receipt using (receipt_id)
    where lot.code = %(lot)s and receipt.recorded_at <= %(known_at)s
),
mine as materialized (
    select unit.unit_id, unit.code, unit.quantity, unit.parent_id, unit.split_at
    from this
    join binding.stock_unit unit using (lot_id)
    where %(known_at)s = 'infinity'::timestamptz
        or exists (
            select from binding.movement
            where movement.unit_id = unit.unit_id and movement.recorded_at <= %(known_at)s
        )
),
-- Asked for as an array, so that the planner goes by index whatever it thinks of the sizes of tables.
ids as materialized (select array_agg(unit_id) as of_units from mine),
amounts as materialized (
    select change.unit_id, sum(change.delta) as quantity
    from binding.quantity_change change
    join binding.movement movement using (movement_id)
    where change.unit_id = any ((select of_units from ids)::bigint[]) and movement.recorded_at <= %(known_at)s
        and not exists (
            select from binding.cancellation gone
            where gone.movement_id = change.movement_id and gone.recorded_at <= %(known_at)s
        )
    group by change.unit_id
),
stays as materialized (
    select stay.unit_id, max(place.path::text) filter (where upper_inf(stay.during)) as location,
        json_agg(json_build_object(
            'location', place.path::text,
            'name', place.name,
            'handling_unit', carrier.code,
            'since', erp.utc(lower(stay.during)),
            'until', erp.utc(upper(stay.during)),
            'felt', null
        ) order by lower(stay.during)) as told
    from binding.stay
    join binding.location place using (location_id)
    left join binding.handling_unit carrier using (handling_unit_id)
    where stay.unit_id = any ((select of_units from ids)::bigint[])
    group by stay.unit_id
),
-- Only the facts: erp/custody.py makes the timeline of them.
custody as materialized (
    select line.unit_id, json_agg(json_build_array(
        public.micros(lower(stay.during)),
        public.micros(nullif(least(upper(stay.during), line.until), 'infinity')),
        exists (
            select from binding.movement
            where movement.unit_id = line.ancestor_id and movement.kind = 'return_to_supplier'
                and movement.occurred_at = upper(stay.during) and movement.occurred_at < line.until
                and not exists (
                    select from binding.cancellation gone where gone.movement_id = movement.movement_id
                )
        )
    )) as told
    from binding.lineage line
    join binding.stay on stay.unit_id = line.ancestor_id and lower(stay.during) < line.until
    where line.unit_id = any ((select of_units from ids)::bigint[])
    group by line.unit_id
),
movements as materialized (
    select movement.unit_id, json_agg(json_build_object(
        'kind', movement.kind,
        'location', place.path::text,
        'occurred_at', erp.utc(movement.occurred_at),
        'recorded_at', erp.utc(movement.recorded_at),
        'recorded_by', movement.recorded_by,
        'document', movement.document
    ) order by movement.occurred_at) as told
    from binding.movement
    left join binding.location place using (location_id)
    where movement.unit_id = any ((select of_units from ids)::bigint[]) and movement.recorded_at <= %(known_at)s
        and not exists (
            select from binding.cancellation gone
            where gone.movement_id = movement.movement_id and gone.recorded_at <= %(known_at)s
        )
    group by movement.unit_id
),
-- As they were then: until the first change recorded since, or as they are.
known_excursions as materialized (
    select excursion.excursion_id, excursion.unit_id, excursion.rule_id, excursion.recorded_at,
           excursion.superseded_at, excursion.superseded_why, then_.*
    from rules.excursion
    cross join lateral (
        select started_at, breached_at, ended_at, observed_until, beyond, peak, peak_at, series, measured
        from (
            select change.started_at, change.breached_at, change.ended_at, change.observed_until, change.beyond,
                   change.peak, change.peak_at, change.series, change.measured, change.recorded_at as until
            from rules.excursion_change change
            where change.excursion_id = excursion.excursion_id and change.recorded_at > %(known_at)s
            union all
            select excursion.started_at, excursion.breached_at, excursion.ended_at, excursion.observed_until,
                   excursion.beyond, excursion.peak, excursion.peak_at, excursion.series, excursion.measured,
                   'infinity'
        ) told
        order by until
        limit 1
    ) then_
    where excursion.unit_id = any ((select of_units from ids)::bigint[]) and excursion.recorded_at <= %(known_at)s
),
excursions as materialized (
    select excursion.unit_id,
        bool_or(excursion.superseded_at is null or excursion.superseded_at > %(known_at)s) as stands,
        json_agg(json_build_object(
            'id', excursion.excursion_id,
            'rule', rule.name,
            'severity', rule.severity,
            'kind', rule.kind,
            'side', rule.side,
            'limit', rule.limit_value,
            'tolerance_seconds', extract(epoch from rule.tolerance)::double precision,
            'window_seconds', extract(epoch from rule.window_size)::double precision,
            'stretch_seconds', extract(epoch from rule.stretch)::double precision,
            'thaw', rule.thaw_value,
            'times', rule.times,
            'started_at', erp.utc(excursion.started_at),
            'breached_at', erp.utc(excursion.breached_at),
            'ended_at', erp.utc(excursion.ended_at),
            'observed_until', erp.utc(excursion.observed_until),
            'unmonitored_since', (
                select case when max(signal.last_at) + max(series.max_gap) < now()
                            then erp.utc(max(signal.last_at)) end
                from unnest(excursion.series) shown (series_id)
                join telemetry.series series using (series_id)
                left join rules.signal signal using (series_id)
                where excursion.ended_at is null and excursion.superseded_at is null
                    and %(known_at)s = 'infinity'::timestamptz
            ),
            'beyond_seconds', (
                select coalesce(sum(extract(epoch from upper(part) - lower(part))), 0)::double precision
                from unnest(excursion.beyond) part
            ),
            'beyond', (
                select coalesce(
                    json_agg(json_build_array(erp.utc(lower(part)), erp.utc(upper(part))) order by part),
                    '[]'
                )
                from unnest(excursion.beyond) part
            ),
            'measured', coalesce(excursion.measured, excursion.peak),
            'peak', excursion.peak,
            'peak_at', erp.utc(excursion.peak_at),
            'sensors', (
                select coalesce(json_agg(distinct sensor.name), '[]')
                from telemetry.series
                join telemetry.sensor sensor using (sensor_id)
                where series.series_id = any (excursion.series)
            ),
            'recorded_at', erp.utc(excursion.recorded_at),
            'superseded_at', erp.utc_known(excursion.superseded_at, %(known_at)s),
            'superseded_why', case when excursion.superseded_at <= %(known_at)s then excursion.superseded_why end
        ) order by excursion.started_at, excursion.excursion_id) as told
    from known_excursions excursion
    join rules.rule rule using (rule_id)
    group by excursion.unit_id
),
ranges as materialized (
    select rule.rule_id, rule.name as rule, w.number, w.start_value, w.end_value,
           extract(epoch from w.allowed) as allowed
    from this
    join rules.rule rule using (profile_id)
    join rules.budget_allowed w using (rule_id)
),
-- A null of state or spent: it was not kept yet.
verdicts as materialized (
    select verdict.unit_id, verdict.state, verdict.unmonitored
    from rules.verdict
    where %(known_at)s = 'infinity'::timestamptz and verdict.unit_id = any ((select of_units from ids)::bigint[])
    union all
    select then_.unit_id, then_.state, then_.unmonitored
    from mine
    cross join lateral (
        select change.unit_id, change.state, change.unmonitored
        from rules.verdict_change change
        where change.unit_id = mine.unit_id and change.recorded_at <= %(known_at)s
        order by change.verdict_change_id desc
        limit 1
    ) then_
    where %(known_at)s <> 'infinity'::timestamptz
),
uses as materialized (
    select spent.unit_id, spent.rule_id, spent.spent, spent.low_at
    from rules.budget_use spent
    where %(known_at)s = 'infinity'::timestamptz and spent.unit_id = any ((select of_units from ids)::bigint[])
    union all
    (select distinct on (change.unit_id, change.rule_id) change.unit_id, change.rule_id, change.spent, change.low_at
    from rules.budget_use_change change
    where %(known_at)s <> 'infinity'::timestamptz and change.recorded_at <= %(known_at)s
        and change.unit_id = any ((select of_units from ids)::bigint[])
    order by change.unit_id, change.rule_id, change.budget_use_change_id desc)
),
-- Most units spent nothing of any budget: that is told once, under the unit null.
budgets as materialized (
    select unit_id, coalesce(json_agg(json_build_object(
        'rule', rule,
        'used', used,
        'low_at', erp.utc(low_at),
        'ranges', told
    ) order by rule_id) filter (where kept), '[]') as told
    from (
        select spender.unit_id, ranges.rule_id, ranges.rule, spent.low_at,
            bool_and(spent.unit_id is null or spent.spent is not null) as kept,
            sum(coalesce(spent.spent[ranges.number], 0) / 1000000.0 / ranges.allowed)::double precision as used,
            json_agg(json_build_object(
                'from', ranges.start_value,
                'to', ranges.end_value,
                'used_seconds', (coalesce(spent.spent[ranges.number], 0) / 1000000.0)::double precision,
                'allowed_seconds', ranges.allowed::double precision
            ) order by ranges.number) as told
        from (
            select null::bigint as unit_id
            union all
            select distinct unit_id from uses
        ) spender
        cross join ranges
        left join uses spent on spent.unit_id = spender.unit_id and spent.rule_id = ranges.rule_id
        group by spender.unit_id, ranges.rule_id, ranges.rule, spent.low_at
    ) budget
    group by unit_id
),
holds as materialized (
    select hold.unit_id,
        bool_or(hold.released_at is null or hold.released_at > %(known_at)s) as held,
        json_agg(json_build_object(
            'id', hold.hold_id,
            'cause', hold.cause,
            'placed_at', erp.utc(hold.placed_at),
            'placed_by', hold.placed_by,
            'why', hold.why,
            'released_at', erp.utc_known(hold.released_at, %(known_at)s),
            'dispositions', (
                select coalesce(json_agg(json_build_object(
                    'id', decided.disposition_id,
                    'kind', decided.kind,
                    'state', case when decided.effective_at > %(known_at)s then 'proposed' else decided.state end,
                    'quantity', erp.amount(decided.quantity, 0),
                    'reason', decided.reason_code,
                    'words', decided.words,
                    'signed_by', signed.full_name,
                    'signed_at', erp.utc(signed.signed_at),
                    'second_by', case when second.signed_at <= %(known_at)s then second.full_name end,
                    'effective_at', erp.utc_known(decided.effective_at, %(known_at)s)
                ) order by decided.disposition_id), '[]')
                from erp.disposition decided
                join erp.signature signed using (signature_id)
                left join erp.signature second on second.signature_id = decided.second_id
                where (decided.hold_id = hold.hold_id or decided.disposition_id = hold.disposition_id)
                    and signed.signed_at <= %(known_at)s
            ),
            'excursions', (
                select coalesce(json_agg(json_build_object(
                    'id', reason.excursion_id,
                    'supplier_seconds', split.supplier_seconds,
                    'carrier_seconds', split.carrier_seconds,
                    'own_seconds', split.own_seconds,
                    'customer_seconds', split.customer_seconds,
                    'reason', split.reason,
                    'withdrawn_at', erp.utc_known(reason.withdrawn_at, %(known_at)s),
                    'withdrawn_why', case when reason.withdrawn_at <= %(known_at)s then reason.withdrawn_why end
                ) order by reason.excursion_id), '[]')
                from erp.hold_excursion reason
                join rules.excursion using (excursion_id)
                cross join lateral (
                    select supplier_seconds, carrier_seconds, own_seconds, customer_seconds, told.reason
                    from (
                        select change.supplier_seconds, change.carrier_seconds, change.own_seconds,
                               change.customer_seconds, change.reason, change.recorded_at as until
                        from erp.hold_excursion_change change
                        where change.hold_id = reason.hold_id and change.excursion_id = reason.excursion_id
                            and change.recorded_at > %(known_at)s
                        union all
                        select reason.supplier_seconds, reason.carrier_seconds, reason.own_seconds,
                               reason.customer_seconds, reason.reason, 'infinity'
                    ) told
                    order by until
                    limit 1
                ) split
                where reason.hold_id = hold.hold_id and excursion.recorded_at <= %(known_at)s
            )
        ) order by hold.hold_id) as told
    from erp.hold
    where hold.unit_id = any ((select of_units from ids)::bigint[]) and hold.placed_at <= %(known_at)s
    group by hold.unit_id
),
picks as materialized (
    select json_agg(json_build_object(
        'order', orders.code,
        'line', pick.line,
        'unit', unit.code,
        'taken_from', source.code,
        'quantity', erp.amount(pick.quantity, 0),
        'state', case when pick.ended_at > %(known_at)s then 'picked' else pick.state end,
        'picked_at', erp.utc(pick.picked_at),
        'recorded_at', erp.utc(pick.recorded_at),
        'picked_by', pick.picked_by,
        'in_order', rotation.in_order,
        'expires_on', rotation.expires_on,
        'first_unit', first_unit.code,
        'first_lot', first_lot.code,
        'first_expires_on', rotation.first_expires_on,
        'reason', rotation.reason,
        'put_back_why', case when pick.ended_at > %(known_at)s then '' else pick.why end
    ) order by pick.pick_id) as told
    from this
    join erp.rotation rotation using (lot_id)
    join erp.pick using (pick_id)
    join erp.sales_order orders using (sales_order_id)
    join binding.stock_unit unit on unit.unit_id = pick.unit_id
    join binding.stock_unit source on source.unit_id = pick.taken_from
    join binding.stock_unit first_unit on first_unit.unit_id = rotation.first_unit_id
    join erp.lot first_lot on first_lot.lot_id = rotation.first_lot_id
    where pick.recorded_at <= %(known_at)s
),
sent as materialized (
    select line.shipment_id, sum(line.quantity) as quantity, json_agg(json_build_object(
        'order', orders.code,
        'unit', unit.code,
        'quantity', erp.amount(line.quantity, 0),
        'handling_unit', carrier.code,
        'condition', case when felt.unit_id is not null then json_build_object(
            'since', erp.utc(felt.since),
            'until', erp.utc(felt.until),
            'readings', felt.readings,
            'lowest', felt.lowest,
            'highest', felt.highest,
            'mean', felt.mean,
            'mkt', felt.mkt,
            'beyond', felt.beyond,
            'unmonitored_seconds', extract(epoch from felt.unmonitored)::double precision,
            'verdict', felt.verdict
        ) end
    ) order by unit.code) as told
    from this
    join erp.dispatch_line line using (lot_id)
    join erp.pick on pick.pick_id = line.pick_id
    join erp.sales_order orders on orders.sales_order_id = line.sales_order_id
    join binding.stock_unit unit on unit.unit_id = line.unit_id
    left join binding.handling_unit carrier on carrier.handling_unit_id = line.handling_unit_id
    left join erp.delivery_condition felt on felt.shipment_id = line.shipment_id and felt.unit_id = line.unit_id
    where pick.ended_at <= %(known_at)s
    group by line.shipment_id
),
shipments as materialized (
    select json_agg(json_build_object(
        'code', shipment.code,
        'customer', customer.code,
        'name', customer.name,
        'contact', customer.contact,
        'carrier', shipment.carrier,
        'quantity', erp.amount(sent.quantity, 0),
        'dispatched_at', erp.utc(shipment.dispatched_at),
        'dispatched_by', shipment.dispatched_by,
        'delivered_at', case when told.delivered then erp.utc(shipment.delivered_at) end,
        'delivered_to', case when told.delivered then shipment.delivered_to end,
        'lines', sent.told
    ) order by shipment.dispatched_at, shipment.code) as told
    from sent
    join erp.shipment shipment using (shipment_id)
    join erp.customer customer using (customer_id)
    cross join lateral (
        select %(known_at)s = 'infinity'::timestamptz or coalesce((
            select min(record.recorded_at)
            from audit.record
            where record.subject = 'shipment ' || shipment.code and record.action = 'delivered'
        ), shipment.delivered_at) <= %(known_at)s as delivered
    ) told
),
stock as materialized (
    select json_agg(json_build_object(
        'unit', mine.code,
        'location', place.path::text,
        'handling_unit', carrier.code,
        'since', erp.utc(stock.since),
        'quantity', erp.amount(stock.quantity, 0),
        'reserved', erp.amount(stock.reserved, 0),
        'held', stock.held
    ) order by mine.code) as told
    from this
    join erp.stock using (lot_id)
    join mine using (unit_id)
    left join binding.location place using (location_id)
    left join binding.handling_unit carrier using (handling_unit_id)
),
claims as materialized (
    select claim_id, array_agg(unit_id) filter (where unit_id is not null) as unit_ids,
           array_agg(claim_item_id) filter (where claim_item_id is not null) as item_ids
    from (
        select line.claim_id, line.unit_id, null::bigint as claim_item_id, line.struck_at
        from this
        join erp.claim_line line using (lot_id)
        union all
        -- A quantity of the lot, or of its order line what did not come with its delivery.
        select item.claim_id, null, item.claim_item_id, item.struck_at
        from this
        join erp.claim using (receipt_id)
        join erp.claim_item item using (claim_id)
        where item.order_line = this.order_line and coalesce(item.lot_id, this.lot_id) = this.lot_id
            and item.recorded_at <= %(known_at)s
    ) asked
    join erp.claim using (claim_id)
    where claim.opened_at <= %(known_at)s and (asked.struck_at is null or asked.struck_at > %(known_at)s)
    group by claim_id
),
booked as materialized (
    select entry.currency, line.account, entry.kind, line.amount
    from erp.journal_entry entry
    join erp.journal_line line using (entry_id)
    where entry.unit_id = any ((select of_units from ids)::bigint[]) and entry.recorded_at <= %(known_at)s
)
select json_build_object(
    'as_known_at', erp.utc(nullif(%(known_at)s::timestamptz, 'infinity')),
    'lot', json_build_object(
        'code', lot.code,
        'supplier_lot', lot.supplier_lot,
        'quantity', erp.amount(lot.quantity, 0),
        'unit_of_measure', product.unit_of_measure,
        'expires_on', lot.expires_on,
        'product', json_build_object(
            'code', product.code,
            'name', product.name,
            'profile', json_build_object('name', profile.name, 'version', profile.version, 'title', profile.title)
        )
    ),
    'supplier', json_build_object('code', supplier.code, 'name', supplier.name),
    'purchase_order', json_build_object(
        'code', orders.code,
        'line', line.line,
        'ordered_on', orders.ordered_on,
        'quantity', erp.amount(line.quantity, 0),
        'unit_price', erp.amount(line.unit_price, 2),
        'currency', orders.currency,
        'incoterm', orders.incoterm,
        'named_place', orders.named_place,
        'lowest', line.lowest::double precision,
        'highest', line.highest::double precision
    ),
    'receipt', json_build_object(
        'code', receipt.code,
        'dock', receipt.dock::text,
        'carrier', carriage.carrier,
        'handed_over_at', erp.utc(carriage.handed_over_at),
        'arrived_at', erp.utc(receipt.arrived_at),
        'decision', case when this.decided then receipt.decision end,
        'decided_at', case when this.decided then erp.utc(receipt.decided_at) end,
        'decided_by', case when this.decided then receipt.decided_by end,
        'reservation', case when this.decided then receipt.reservation else '' end,
        'flags', (
            select coalesce(json_agg(json_build_object(
                'id', flag.flag_id,
                'kind', flag.kind,
                'unit', unit.code,
                'words', flag.words,
                'numbers', flag.numbers,
                'raised_at', erp.utc(flag.raised_at),
                'withdrawn_at', erp.utc_known(flag.withdrawn_at, %(known_at)s),
                'withdrawn_why', case when flag.withdrawn_at <= %(known_at)s then flag.withdrawn_why end
            ) order by flag.flag_id), '[]')
            from erp.flag
            left join binding.stock_unit unit using (unit_id)
            where flag.receipt_id = receipt.receipt_id and flag.raised_at <= %(known_at)s
                and coalesce(flag.lot_id, lot.lot_id) = lot.lot_id
                and coalesce(flag.order_line, lot.order_line) = lot.order_line
        )
    ),
    'limits', (
        select coalesce(json_agg(json_build_object(
            'rule', rule.name,
            'kind', rule.kind,
            'side', rule.side,
            'limit', rule.limit_value,
            'tolerance_seconds', extract(epoch from rule.tolerance)::double precision,
            'window_seconds', extract(epoch from rule.window_size)::double precision,
            'stretch_seconds', extract(epoch from rule.stretch)::double precision,
            'thaw', rule.thaw_value,
            'times', rule.times,
            'shares', (
                select coalesce(json_agg(json_build_object(
                    'from', share.start_value,
                    'to', share.end_value,
                    'allowed_seconds', extract(epoch from share.allowed)::double precision
                ) order by share.number), '[]')
                from rules.budget_range share
                where share.rule_id = rule.rule_id
            ),
            'severity', rule.severity,
            'scope', rule.scope
        ) order by rule.rule_id), '[]')
        from rules.rule rule
        where rule.profile_id = profile.profile_id
    ),
    'units', (
        select coalesce(json_agg(json_build_object(
            'code', mine.code,
            'quantity', erp.amount(mine.quantity, 0),
            'contains', erp.amount(coalesce(amounts.quantity, 0), 0),
            'split_from', parent.code,
            'split_at', erp.utc(mine.split_at),
            'state', case when verdict.unit_id is null then 'not_judged'
                          else coalesce(verdict.state, case when excursions.stands then 'excursion' end, 'not_kept')
                          end,
            'unmonitored_seconds', extract(epoch from verdict.unmonitored)::double precision,
            'held', coalesce(holds.held, false),
            'location', stays.location,
            'stays', coalesce(stays.told, '[]'),
            'custody', coalesce(custody.told, '[]'),
            'movements', coalesce(movements.told, '[]'),
            'excursions', coalesce(excursions.told, '[]'),
            'budgets', coalesce(budgets.told, (select told from budgets where unit_id is null), '[]'),
            'holds', coalesce(holds.told, '[]')
        ) order by mine.code), '[]')
        from mine
        left join amounts using (unit_id)
        left join binding.stock_unit parent on parent.unit_id = mine.parent_id
        left join verdicts verdict on verdict.unit_id = mine.unit_id
        left join stays on stays.unit_id = mine.unit_id
        left join custody on custody.unit_id = mine.unit_id
        left join movements on movements.unit_id = mine.unit_id
        left join excursions on excursions.unit_id = mine.unit_id
        left join budgets on budgets.unit_id = mine.unit_id
        left join holds on holds.unit_id = mine.unit_id
    ),
    'stock', coalesce((select told from stock), '[]'),
    'picks', coalesce((select told from picks), '[]'),
    'shipments', coalesce((select told from shipments), '[]'),
    'returns', (
        select coalesce(json_agg(json_build_object(
            'code', back.code,
            'shipment', shipment.code,
            'customer', customer.code,
            'unit', unit.code,
            'shipped_unit', shipped.code,
            'quantity', erp.amount(back.quantity, 0),
            'location', place.path::text,
            'returned_at', erp.utc(back.returned_at),
            'recorded_at', erp.utc(back.recorded_at),
            'recorded_by', back.recorded_by,
            'reason', back.reason
        ) order by back.return_id), '[]')
        from erp.customer_return back
        join erp.shipment shipment using (shipment_id)
        join erp.customer customer using (customer_id)
        join binding.stock_unit unit on unit.unit_id = back.unit_id
        join binding.stock_unit shipped on shipped.unit_id = back.shipped_unit
        join binding.location place on place.location_id = back.location_id
        where back.lot_id = this.lot_id and back.recorded_at <= %(known_at)s
    ),
    'recalls', (
        select coalesce(json_agg(json_build_object(
            'code', recall.code,
            'mock', recall.mock,
            'reason', recall.reason,
            'kind', recall.kind,
            'subject', recall.subject,
            'opened_at', erp.utc(recall.opened_at),
            'opened_by', recall.opened_by,
            'closed_at', erp.utc_known(recall.closed_at, %(known_at)s),
            'conclusion', case when recall.closed_at > %(known_at)s then '' else recall.conclusion end,
            'units', joined.codes
        ) order by recall.recall_id), '[]')
        from (
            select part.recall_id, json_agg(mine.code order by mine.code) as codes
            from erp.recall_unit part
            join mine using (unit_id)
            where part.unit_id = any ((select of_units from ids)::bigint[]) and part.joined_at <= %(known_at)s
            group by part.recall_id
        ) joined
        join erp.recall recall using (recall_id)
    ),
    'money', (
        select coalesce(json_agg(json_build_object(
            'currency', currency,
            'cost', erp.amount(coalesce(cost, 0), 2),
            'written_off', erp.amount(coalesce(written_off, 0), 2),
            'claimed', erp.amount(coalesce(claimed, 0), 2),
            'credited', erp.amount(coalesce(credited, 0), 2),
            'accounts', coalesce(accounts, '[]')
        ) order by currency), '[]')
        from (
            select per.currency, sum(per.cost) as cost,
                coalesce(sum(per.amount) filter (where per.account = '5100'), 0) as written_off,
                json_agg(json_build_object(
                    'account', per.account,
                    'name', account.name,
                    'amount', erp.amount(per.amount, 2)
                ) order by per.account) as accounts
            from (
                select currency, account, sum(amount) as amount,
                    coalesce(sum(amount) filter (where kind = 'receipt' and account in ('1200', '1210')), 0) as cost
                from booked
                group by currency, account
            ) per
            join erp.ledger_account account using (account)
            group by per.currency
        ) books
        full join (
            select currency, sum(amount) as claimed
            from (
                select claim.currency, line.amount
                from claims
                join erp.claim using (claim_id)
                join erp.claim_line line using (claim_id)
                where line.lot_id = this.lot_id and line.unit_id = any (claims.unit_ids)
                union all
                select claim.currency, item.amount
                from claims
                join erp.claim using (claim_id)
                join erp.claim_item item on item.claim_item_id = any (claims.item_ids)
            ) asked
            group by currency
        ) claimed_for using (currency)
        full join (
            select claim.currency, sum(note.amount) as credited
            from claims
            join erp.claim using (claim_id)
            join erp.credit_note note using (claim_id)
            where note.recorded_at <= %(known_at)s
            group by claim.currency
        ) credited_for using (currency)
    ),
    'claims', (
        select coalesce(json_agg(json_build_object(
            'code', claim.code,
            'state', case when %(known_at)s = 'infinity'::timestamptz then claim.state
                          else coalesce((
                              select step.after from erp.claim_event step
                              where step.claim_id = claim.claim_id and step.recorded_at <= %(known_at)s
                              order by step.claim_event_id desc limit 1), 'draft') end,
            'supplier', claimed_from.code,
            'against', claim.against,
            'carrier', claim.carrier,
            'currency', claim.currency,
            'opened_at', erp.utc(claim.opened_at),
            'due_on', claim.due_on,
            'amount', ((
                select coalesce(sum(line.amount), 0)
                from erp.claim_line line
                where line.claim_id = claim.claim_id and (line.struck_at is null or line.struck_at > %(known_at)s)
            ) + (
                select coalesce(sum(item.amount), 0)
                from erp.claim_item item
                where item.claim_id = claim.claim_id and item.recorded_at <= %(known_at)s
                    and (item.struck_at is null or item.struck_at > %(known_at)s)
            ) + (
                select coalesce(sum(charge.amount), 0)
                from erp.claim_charge charge
                where charge.claim_id = claim.claim_id and charge.recorded_at <= %(known_at)s
            ))::text,
            'accepted', (
                select step.amount::text
                from erp.claim_event step
                where step.claim_id = claim.claim_id and step.recorded_at <= %(known_at)s
                    and step.after in ('accepted', 'part_accepted')
                order by step.claim_event_id desc
                limit 1
            ),
            'credited', (
                select coalesce(sum(note.amount), 0)::text
                from erp.credit_note note
                where note.claim_id = claim.claim_id and note.recorded_at <= %(known_at)s
            ),
            'charges', (
                select coalesce(json_agg(json_build_object(
                    'kind', charge.kind,
                    'amount', charge.amount::text,
                    'words', charge.words
                ) order by charge.claim_charge_id), '[]')
                from erp.claim_charge charge
                where charge.claim_id = claim.claim_id and charge.recorded_at <= %(known_at)s
            ),
            'items', (
                select coalesce(json_agg(json_build_object(
                    'kind', item.kind,
                    'quantity', erp.amount(item.quantity, 0),
                    'unit_price', erp.amount(item.unit_price, 2),
                    'amount', item.amount::text,
                    'deficiency', item.deficiency
                ) order by item.claim_item_id), '[]')
                from erp.claim_item item
                where item.claim_id = claim.claim_id and item.recorded_at <= %(known_at)s
                    and (item.struck_at is null or item.struck_at > %(known_at)s)
            ),
            'lines', (
                select coalesce(json_agg(json_build_object(
                    'unit', unit.code,
                    'quantity', erp.amount(item.quantity, 0),
                    'unit_price', erp.amount(item.unit_price, 2),
                    'amount', item.amount::text,
                    'deficiency', item.deficiency,
                    'evidence', (
                        select coalesce(json_agg(json_build_object(
                            'excursion', evidence.excursion_id,
                            'flag', evidence.flag_id,
                            'sensor', sensor.name,
                            'since', erp.utc(evidence.since),
                            'until', erp.utc(evidence.until),
                            'readings', evidence.readings,
                            'lowest', evidence.lowest,
                            'highest', evidence.highest,
                            'digest', encode(evidence.digest, 'hex')
                        ) order by evidence.excursion_id, evidence.flag_id, sensor.name), '[]')
                        from (
                            select claim_line_id, excursion_id, null::bigint as flag_id, series_id, since, until,
                                   readings, lowest, highest, digest
                            from erp.claim_evidence
                            union all
                            select claim_line_id, null, flag_id, series_id, since, until, readings, lowest, highest,
                                   digest
                            from erp.claim_flag
                        ) evidence
                        join telemetry.series using (series_id)
                        join telemetry.sensor sensor using (sensor_id)
                        where evidence.claim_line_id = item.claim_line_id
                    )
                ) order by unit.code), '[]')
                from erp.claim_line item
                join binding.stock_unit unit using (unit_id)
                where item.claim_id = claim.claim_id and (item.struck_at is null or item.struck_at > %(known_at)s)
            )
        ) order by claim.claim_id), '[]')
        from claims
        join erp.claim using (claim_id)
        join erp.supplier claimed_from on claimed_from.supplier_id = claim.supplier_id
    ),
    'audit', (
        select coalesce(json_agg(json_build_object(
            'record_id', record.record_id,
            'recorded_at', erp.utc(record.recorded_at),
            'actor', record.actor,
            'action', record.action,
            'subject', record.subject,
            'detail', record.detail::json
        ) order by record.record_id), '[]')
        from audit.record record
        where record.recorded_at <= %(known_at)s and record.subject = any (array(
            select 'lot ' || lot.code
            union all select 'receipt ' || receipt.code
            union all select 'order ' || orders.code
            union all select 'unit ' || mine.code from mine
            union all
            select 'claim ' || claim.code from claims join erp.claim using (claim_id)
        ))
    )
)::text as trace
from this
join erp.lot lot using (lot_id)
join erp.product product on product.product_id = lot.product_id
join rules.profile profile on profile.profile_id = this.profile_id
join erp.goods_receipt receipt on receipt.receipt_id = lot.receipt_id
join erp.purchase_order orders on orders.order_id = lot.order_id
join erp.purchase_order_line line on line.order_id = lot.order_id and line.line = lot.order_line
join erp.supplier supplier on supplier.supplier_id = orders.supplier_id
left join lateral (
    select told.carrier, told.handed_over_at
    from erp.carriage told
    where told.receipt_id = receipt.receipt_id and told.recorded_at <= %(known_at)s
    order by told.carriage_id desc
    limit 1
) carriage on true

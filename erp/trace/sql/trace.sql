-- The story of one lot as JSON text. json, not jsonb, so that keys come in the order they are read.
-- erp.amount writes decimals as text: no reader of JSON may turn money into a float.
select json_build_object(
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
        'decision', receipt.decision,
        'decided_at', erp.utc(receipt.decided_at),
        'decided_by', receipt.decided_by,
        'reservation', receipt.reservation,
        'flags', (
            select coalesce(json_agg(json_build_object(
                'id', flag.flag_id,
                'kind', flag.kind,
                'unit', unit.code,
                'words', flag.words,
                'numbers', flag.numbers,
                'raised_at', erp.utc(flag.raised_at),
                'withdrawn_at', erp.utc(flag.withdrawn_at),
                'withdrawn_why', flag.withdrawn_why
            ) order by flag.flag_id), '[]')
            from erp.flag
            left join binding.stock_unit unit using (unit_id)
            where flag.receipt_id = receipt.receipt_id
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
            'severity', rule.severity,
            'scope', rule.scope
        ) order by rule.rule_id), '[]')
        from rules.rule rule
        where rule.profile_id = profile.profile_id
    ),
    'units', (
        select coalesce(json_agg(json_build_object(
            'code', unit.code,
            'quantity', erp.amount(unit.quantity, 0),
            'state', coalesce(verdict.state, 'not_judged'),
            'unmonitored_seconds', extract(epoch from verdict.unmonitored)::double precision,
            'held', exists (
                select from erp.hold where hold.unit_id = unit.unit_id and hold.released_at is null
            ),
            'location', (
                select place.path::text
                from binding.stay
                join binding.location place using (location_id)
                where stay.unit_id = unit.unit_id and upper_inf(stay.during)
            ),
            'stays', (
                select coalesce(json_agg(json_build_object(
                    'location', place.path::text,
                    'name', place.name,
                    'since', erp.utc(lower(stay.during)),
                    'until', erp.utc(upper(stay.during))
                ) order by stay.during), '[]')
                from binding.stay
                join binding.location place using (location_id)
                where stay.unit_id = unit.unit_id
            ),
            -- Only the facts: erp/custody.py makes the timeline of them.
            'custody', json_build_array(
                erp.with_us_since(unit.unit_id), erp.with_us_until(unit.unit_id), erp.sent_back(unit.unit_id)
            ),
            'movements', (
                select coalesce(json_agg(json_build_object(
                    'kind', movement.kind,
                    'location', place.path::text,
                    'occurred_at', erp.utc(movement.occurred_at),
                    'recorded_at', erp.utc(movement.recorded_at),
                    'recorded_by', movement.recorded_by,
                    'document', movement.document
                ) order by movement.occurred_at), '[]')
                from binding.movement
                left join binding.location place using (location_id)
                where movement.unit_id = unit.unit_id
                    and not exists (
                        select from binding.cancellation gone where gone.movement_id = movement.movement_id
                    )
            ),
            'excursions', (
                select coalesce(json_agg(json_build_object(
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
                    'superseded_at', erp.utc(excursion.superseded_at),
                    'superseded_why', excursion.superseded_why
                ) order by excursion.started_at, excursion.excursion_id), '[]')
                from rules.excursion excursion
                join rules.rule rule using (rule_id)
                where excursion.unit_id = unit.unit_id
            ),
            'budgets', (
                select coalesce(json_agg(json_build_object(
                    'rule', budget.rule,
                    'used', budget.used,
                    'low_at', erp.utc(budget.low_at),
                    'ranges', budget.ranges
                ) order by budget.rule_id), '[]')
                from (
                    select rule.rule_id, rule.name as rule, used.low_at,
                        sum(coalesce(used.spent[w.number], 0) / 1000000.0 / extract(epoch from w.allowed))::double precision
                            as used,
                        json_agg(json_build_object(
                            'from', w.start_value,
                            'to', w.end_value,
                            'used_seconds', (coalesce(used.spent[w.number], 0) / 1000000.0)::double precision,
                            'allowed_seconds', extract(epoch from w.allowed)::double precision
                        ) order by w.number) as ranges
                    from rules.rule rule
                    join rules.budget_allowed w using (rule_id)
                    left join rules.budget_use used on used.rule_id = rule.rule_id and used.unit_id = unit.unit_id
                    where rule.profile_id = profile.profile_id
                    group by rule.rule_id, used.low_at
                ) budget
            ),
            'holds', (
                select coalesce(json_agg(json_build_object(
                    'id', hold.hold_id,
                    'cause', hold.cause,
                    'placed_at', erp.utc(hold.placed_at),
                    'placed_by', hold.placed_by,
                    'why', hold.why,
                    'released_at', erp.utc(hold.released_at),
                    'dispositions', (
                        select coalesce(json_agg(json_build_object(
                            'id', decided.disposition_id,
                            'kind', decided.kind,
                            'state', decided.state,
                            'quantity', erp.amount(decided.quantity, 0),
                            'reason', decided.reason_code,
                            'words', decided.words,
                            'signed_by', signed.full_name,
                            'signed_at', erp.utc(signed.signed_at),
                            'second_by', second.full_name,
                            'effective_at', erp.utc(decided.effective_at)
                        ) order by decided.disposition_id), '[]')
                        from erp.disposition decided
                        join erp.signature signed using (signature_id)
                        left join erp.signature second on second.signature_id = decided.second_id
                        where decided.hold_id = hold.hold_id or decided.disposition_id = hold.disposition_id
                    ),
                    'excursions', (
                        select coalesce(json_agg(json_build_object(
                            'id', reason.excursion_id,
                            'supplier_seconds', reason.supplier_seconds,
                            'carrier_seconds', reason.carrier_seconds,
                            'own_seconds', reason.own_seconds,
                            'customer_seconds', reason.customer_seconds,
                            'reason', reason.reason,
                            'withdrawn_at', erp.utc(reason.withdrawn_at),
                            'withdrawn_why', reason.withdrawn_why
                        ) order by reason.excursion_id), '[]')
                        from erp.hold_excursion reason
                        where reason.hold_id = hold.hold_id
                    )
                ) order by hold.hold_id), '[]')
                from erp.hold
                where hold.unit_id = unit.unit_id
            )
        ) order by unit.code), '[]')
        from binding.stock_unit unit
        left join rules.verdict verdict using (unit_id)
        where unit.lot_id = lot.lot_id
    ),
    'claims', (
        select coalesce(json_agg(json_build_object(
            'code', claim.code,
            'state', claim.state,
            'supplier', claimed_from.code,
            'against', claim.against,
            'carrier', claim.carrier,
            'currency', claim.currency,
            'opened_at', erp.utc(claim.opened_at),
            'due_on', claim.due_on,
            'amount', erp.claim_total(claim.claim_id)::text,
            'lines', (
                select json_agg(json_build_object(
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
                ) order by unit.code)
                from erp.claim_line item
                join binding.stock_unit unit using (unit_id)
                where item.claim_id = claim.claim_id
            )
        ) order by claim.claim_id), '[]')
        from erp.claim
        join erp.supplier claimed_from on claimed_from.supplier_id = claim.supplier_id
        where claim.claim_id in (select item.claim_id from erp.claim_line item where item.lot_id = lot.lot_id)
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
        where record.subject = any (array(
            select 'lot ' || lot.code
            union all select 'receipt ' || receipt.code
            union all select 'order ' || orders.code
            union all select 'unit ' || unit.code from binding.stock_unit unit where unit.lot_id = lot.lot_id
            union all
            select 'claim ' || claim.code
            from erp.claim
            where claim.claim_id in (select item.claim_id from erp.claim_line item where item.lot_id = lot.lot_id)
        ))
    )
)::text as trace
from erp.lot lot
join erp.product product using (product_id)
join rules.profile profile on profile.profile_id = rules.profile_of_lot(lot.lot_id)
join erp.goods_receipt receipt using (receipt_id)
join erp.purchase_order orders on orders.order_id = lot.order_id
join erp.purchase_order_line line on line.order_id = lot.order_id and line.line = lot.order_line
join erp.supplier supplier using (supplier_id)
left join lateral (
    select told.carrier, told.handed_over_at
    from erp.carriage told
    where told.receipt_id = receipt.receipt_id
    order by told.carriage_id desc
    limit 1
) carriage on true
where lot.code = %(lot)s

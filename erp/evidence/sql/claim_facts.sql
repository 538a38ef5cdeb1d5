-- Everything a supplier needs to judge the claim; nothing that changes after it was sent.
select json_build_object(
    'kind', 'claim',
    'claim', json_build_object(
        'code', claim.code,
        'currency', claim.currency,
        'opened_at', erp.utc(claim.opened_at),
        'sent_at', erp.utc(sent.at),
        'due_on', claim.due_on,
        'total', erp.claim_total(claim.claim_id)::text
    ),
    'dated', erp.instant(coalesce(sent.at, claim.opened_at)),
    'supplier', json_build_object('code', supplier.code, 'name', supplier.name),
    'against', claim.against,
    'carrier', claim.carrier,
    'order', json_build_object(
        'code', orders.code,
        'ordered_on', orders.ordered_on,
        'terms', trim(orders.incoterm || ' ' || orders.named_place),
        'currency', orders.currency,
        'lines', (
            select json_agg(json_build_object(
                'line', line.line,
                'product', product.code,
                'name', product.name,
                'quantity', erp.amount(line.quantity, 0),
                'unit_of_measure', product.unit_of_measure,
                'unit_price', erp.amount(line.unit_price, 2),
                'lowest', line.lowest,
                'highest', line.highest,
                'profile', profile.title || ' (' || profile.name || ' version ' || profile.version || ')',
                'source', profile.source
            ) order by line.line)
            from erp.purchase_order_line line
            join erp.product product using (product_id)
            join rules.profile profile using (profile_id)
            where line.order_id = orders.order_id
              and line.line in (select lot.order_line from erp.lot lot where lot.receipt_id = receipt.receipt_id)
        )
    ),
    'limits', (
        select coalesce(json_agg(json_build_object(
            'product', product.code,
            'rule', rule.name,
            'asked', erp.asked(rule),
            'severity', rule.severity
        ) order by product.code, rule.rule_id), '[]')
        from erp.product product
        join rules.rule rule on rule.profile_id = product.profile_id and rule.scope = 'unit'
        where product.product_id in (select lot.product_id from erp.lot lot where lot.receipt_id = receipt.receipt_id)
    ),
    'receipt', json_build_object(
        'code', receipt.code,
        'dock', receipt.dock::text,
        'arrived_at', erp.utc(receipt.arrived_at),
        'arrived', erp.instant(receipt.arrived_at),
        'decision', receipt.decision,
        'decided_at', erp.utc(receipt.decided_at),
        'decided', erp.instant(receipt.decided_at),
        'decided_by', receipt.decided_by,
        'reservation', receipt.reservation
    ),
    'lots', (
        select coalesce(json_agg(json_build_object(
            'code', lot.code,
            'supplier_lot', lot.supplier_lot,
            'expires_on', lot.expires_on,
            'quantity', erp.amount(lot.quantity, 0)
        ) order by lot.code), '[]')
        from erp.lot lot
        where lot.receipt_id = receipt.receipt_id
    ),
    'lines', (
        select coalesce(json_agg(json_build_object(
            'unit', unit.code,
            'lot', lot.code,
            'quantity', erp.amount(line.quantity, 0),
            'unit_price', erp.amount(line.unit_price, 2),
            'amount', line.amount::text,
            'reduced_from', line.reduced_from::text,
            'reduced_why', line.reduced_why,
            'deficiency', line.deficiency
        ) order by unit.code), '[]')
        from erp.claim_line line
        join binding.stock_unit unit using (unit_id)
        join erp.lot lot on lot.lot_id = line.lot_id
        where line.claim_id = claim.claim_id and line.struck_at is null
    ),
    'items', (
        select coalesce(json_agg(json_build_object(
            'kind', item.kind,
            'line', item.order_line,
            'lot', lot.code,
            'quantity', erp.amount(item.quantity, 0),
            'unit_price', erp.amount(item.unit_price, 2),
            'amount', item.amount::text,
            'deficiency', item.deficiency
        ) order by item.claim_item_id), '[]')
        from erp.claim_item item
        left join erp.lot lot using (lot_id)
        where item.claim_id = claim.claim_id and item.struck_at is null
    ),
    'decisions', (
        select coalesce(json_agg(json_build_object(
            'unit', unit.code,
            'kind', decided.kind,
            'quantity', erp.amount(decided.quantity, 0),
            'child', decided.child,
            'grade', decided.grade,
            'words', decided.words,
            'by', signed.full_name,
            'at', erp.utc(decided.effective_at)
        ) order by decided.disposition_id), '[]')
        from (select distinct unit_id from erp.claim_on_goods where claim_id = claim.claim_id) goods
        join binding.stock_unit unit using (unit_id)
        join erp.hold hold using (unit_id)
        join erp.disposition decided using (hold_id)
        join erp.signature signed on signed.signature_id = coalesce(decided.second_id, decided.signature_id)
        where decided.state = 'effective' and decided.effective_at <= coalesce(sent.at, 'infinity')
    ),
    'charges', (
        select coalesce(json_agg(json_build_object(
            'kind', charge.kind, 'amount', charge.amount::text, 'words', charge.words, 'document', charge.document
        ) order by charge.claim_charge_id), '[]')
        from erp.claim_charge charge
        where charge.claim_id = claim.claim_id
    ),
    'agreements', (
        select coalesce(json_agg(json_build_object(
            'unit', unit.code,
            'words', told.deficiency,
            'started_at', erp.utc(told.since),
            'since', erp.instant(told.since),
            'observed_until', erp.utc(told.until),
            'until', erp.instant(told.until),
            'sensor', sensor.name,
            'readings', told.readings,
            'lowest', told.lowest,
            'highest', told.highest,
            'digest', encode(told.digest, 'hex')
        ) order by unit.code, told.since, sensor.name), '[]')
        from erp.claim_line line
        join binding.stock_unit unit using (unit_id)
        join erp.claim_flag told using (claim_line_id)
        join telemetry.series using (series_id)
        join telemetry.sensor sensor using (sensor_id)
        where line.claim_id = claim.claim_id and line.struck_at is null and told.withdrawn_at is null
    ),
    'evidence', (
        select coalesce(json_agg(erp.excursion_told(excursion, rule) || jsonb_build_object(
            'unit', unit.code,
            'started_at', erp.utc(evidence.since),
            'since', erp.instant(evidence.since),
            'observed_until', erp.utc(evidence.until),
            'until', erp.instant(evidence.until),
            'sensor', sensor.name,
            'model', sensor.model,
            'calibration', (
                select json_build_object(
                    'certificate', calibration.certificate,
                    'calibrated_on', calibration.calibrated_on,
                    'due_on', calibration.due_on,
                    'offset_k', calibration.offset_k::text)
                from binding.calibration calibration
                where calibration.sensor_id = sensor.sensor_id
                  and calibration.calibrated_on <= (evidence.until at time zone 'UTC')::date
                order by calibration.calibrated_on desc, calibration.calibration_id desc
                limit 1),
            'readings', evidence.readings,
            'lowest', evidence.lowest,
            'highest', evidence.highest,
            'digest', encode(evidence.digest, 'hex'),
            'argument', evidence.deficiency
        ) order by unit.code, evidence.since, sensor.name), '[]')
        from erp.claim_line line
        join binding.stock_unit unit using (unit_id)
        join erp.claim_evidence evidence using (claim_line_id)
        join rules.excursion excursion using (excursion_id)
        join rules.rule rule using (rule_id)
        join telemetry.series using (series_id)
        join telemetry.sensor sensor using (sensor_id)
        where line.claim_id = claim.claim_id and line.struck_at is null and evidence.withdrawn_at is null
    )
)::text as facts
from erp.claim claim
join erp.supplier supplier using (supplier_id)
join erp.purchase_order orders using (order_id)
join erp.goods_receipt receipt using (receipt_id)
left join lateral (
    select event.occurred_at as at
    from erp.claim_event event
    where event.claim_id = claim.claim_id and event.after = 'submitted'
) sent on true
where claim.code = %(code)s

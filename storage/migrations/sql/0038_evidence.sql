-- A rule as evidence tells it: what is needed to put it in words, whatever its kind.

create function erp.asked(rule rules.rule) returns json language sql stable
return json_build_object(
    'kind', (rule).kind,
    'side', (rule).side,
    'limit', (rule).limit_value,
    'tolerance', (extract(epoch from (rule).tolerance) * 1000000)::bigint,
    'window', (extract(epoch from (rule).window_size) * 1000000)::bigint,
    'stretch', (extract(epoch from (rule).stretch) * 1000000)::bigint,
    'thaw', (rule).thaw_value,
    'times', (rule).times);
comment on function erp.asked is
    'The fields of kernel/rule_words.py; lengths are microseconds, the limit is in the unit of the kind.';

create function erp.excursion_told(excursion rules.excursion, rule rules.rule) returns jsonb language sql stable
return jsonb_build_object(
    'excursion', (excursion).excursion_id,
    'rule', (rule).name,
    'severity', (rule).severity,
    'asked', erp.asked(rule),
    'beyond', (
        select (coalesce(sum(extract(epoch from upper(part) - lower(part))), 0) * 1000000)::bigint
        from unnest((excursion).beyond) part),
    'measured', coalesce((excursion).measured, (excursion).peak),
    'peak', (excursion).peak,
    'peak_at', erp.utc((excursion).peak_at));
comment on function erp.excursion_told is 'An excursion as evidence tells it, whoever shows it: what was asked, and what was found.';

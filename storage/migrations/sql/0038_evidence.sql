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

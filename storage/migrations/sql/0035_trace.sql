-- Trace: what a time says to somebody who asks what was known at an earlier one.

create function erp.utc_known(at timestamptz, known_at timestamptz) returns text language sql stable
return case when at <= known_at then (to_json(at at time zone 'UTC') #>> '{}') || 'Z' end;
comment on function erp.utc_known is 'As erp.utc, null when it had not happened by then.';

create index stay_by_unit on binding.stay (unit_id);

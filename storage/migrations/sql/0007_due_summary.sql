-- Judging without reading back: what the new readings were, in short, travels with the due list.

alter table rules.due
    add column lowest        double precision,
    add column highest       double precision,
    add column longest_step  bigint;
comment on column rules.due.lowest is
    'Lowest of the new readings; null, like the two beside it, when the readings have to be looked at.';
comment on column rules.due.longest_step is
    'Longest time between neighbours of the new readings, microseconds; 0 for a single one.';

-- "Does a run or a gap reach this far?" costs the same after years as on the first day.
create index run_by_end on rules.run (series_id, ended_at);
create index gap_by_end on rules.gap (series_id, ended_at);

-- A function is opened up into the query around it only when it promises no more than its body keeps, and
-- what depends on extract() from a timestamptz is stable. Opened up, a call costs a fifth.
alter function public.micros(timestamptz) stable;
alter function public.at_micros(bigint) stable;
alter function public.span(bigint, bigint) stable;

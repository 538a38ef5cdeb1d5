-- Asked of thousands of units at once: what was split off them. Most units were never split.
create index lineage_of_parts on binding.lineage (ancestor_id, unit_id) include (until)
    where unit_id <> ancestor_id;
-- Which units had a travelling logger of their own at a time.
create index logger_travel_of_units on binding.logger_travel using gist (during) where unit_id is not null;

-- Hundreds of verdicts at once are hundreds of audit records: the head of the chain moves once.
create function audit.append_all(actors text[], actions text[], subjects text[], details text[])
returns bigint language plpgsql as $$
declare
    newest audit.head;
    at timestamptz;
    linked bytea;
begin
    select * into strict newest from audit.head for update;
    for i in 1 .. coalesce(array_length(actors, 1), 0) loop
        at := clock_timestamp();
        linked := audit.link(newest.hash, newest.record_id + 1, at, actors[i], actions[i], subjects[i], details[i]);
        insert into audit.record (record_id, recorded_at, actor, action, subject, detail, previous_hash, hash)
        values (newest.record_id + 1, at, actors[i], actions[i], subjects[i], details[i], newest.hash, linked);
        newest.record_id := newest.record_id + 1;
        newest.hash := linked;
    end loop;
    update audit.head set record_id = newest.record_id, hash = newest.hash;
    return newest.record_id;
end
$$;

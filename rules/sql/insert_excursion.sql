insert into rules.excursion
    (unit_id, rule_id, started_at, breached_at, ended_at, observed_until, beyond, peak, peak_at, series,
     measured)
values
    (%(unit_id)s, %(rule_id)s, %(started_at)s, %(breached_at)s, %(ended_at)s, %(observed_until)s,
     %(beyond)s::tstzmultirange, %(peak)s, %(peak_at)s, %(series)s, %(measured)s)
returning excursion_id as id

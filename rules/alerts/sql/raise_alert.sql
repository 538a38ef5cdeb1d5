-- A fact that somebody has to look at; nothing when somebody resolved the same not long ago.
with opened as (
    insert into rules.alert as a (cause, subject, place, severity, words, advice, happened_at, last_at)
    select %(cause)s, %(subject)s, %(place)s, %(severity)s, %(words)s, %(advice)s,
           public.at_micros(%(happened_at)s), public.at_micros(%(last_at)s)
    where not exists (
        select from rules.alert before
        where before.cause = %(cause)s and before.subject = %(subject)s and before.state = 'resolved'
            and before.resolved_by <> 'coldbind'
            and (before.last_at >= public.at_micros(%(last_at)s)
                 or before.resolved_at > now() - make_interval(secs => %(quiet_s)s))
    )
    on conflict (cause, subject) where state <> 'resolved' do update
        set occurrences = a.occurrences + %(again)s, last_at = greatest(a.last_at, excluded.last_at),
            words = excluded.words
    returning alert_id, words, severity,
              not exists (select from rules.alert_step step where step.alert_id = a.alert_id) as new
), stepped as (
    insert into rules.alert_step (alert_id, state, severity, by, words)
    select alert_id, 'raised', severity, 'coldbind', words from opened where new
)
select alert_id, words, severity, new from opened

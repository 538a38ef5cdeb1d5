insert into rules.device_alarm
    (series_id, rule_id, in_sum, started_at, alarmed_at, ended_at, observed_until, counted, peak, peak_at)
values
    (%(series_id)s, %(rule_id)s, %(in_sum)s, %(started_at)s, %(alarmed_at)s, %(ended_at)s, %(observed_until)s,
     %(counted)s, %(peak)s, %(peak_at)s)
on conflict on constraint device_alarm_told_once do nothing

insert into rules.alert_excursion (alert_id, excursion_id)
select %(alert_id)s, excursion_id from unnest(%(excursions)s::bigint[]) as told (excursion_id)
on conflict do nothing

insert into rules.alert_excursion (alert_id, excursion_id)
values (%(alert_id)s, %(excursion_id)s)
on conflict do nothing

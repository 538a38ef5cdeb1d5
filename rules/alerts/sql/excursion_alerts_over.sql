-- Open alerts none of whose excursions is open; whether any of these still stands.
select a.alert_id as id,
       exists (
           select from rules.alert_excursion x
           join rules.excursion e using (excursion_id)
           where x.alert_id = a.alert_id and e.superseded_at is null
       ) as stands
from rules.alert a
where a.cause = 'excursion' and a.state <> 'resolved'
    and not exists (
        select from rules.alert_excursion x
        join rules.excursion e using (excursion_id)
        where x.alert_id = a.alert_id and e.ended_at is null and e.superseded_at is null
    )

select record_id, recorded_at, occurred_at, actor, action, subject, why, before::text as before,
       after::text as after, detail::text as detail
from (
    select *
    from audit.told
    where (%(subject)s::text is null or subject = %(subject)s) and (%(actor)s::text is null or actor = %(actor)s)
    order by record_id desc
    limit %(last)s
) newest
order by record_id

insert into erp.carriage (receipt_id, carrier, handed_over_at, recorded_by)
select %(receipt_id)s, %(carrier)s, %(handed_over_at)s, %(by)s
where not exists (
    select
    from (
        select carrier, handed_over_at from erp.carriage
        where receipt_id = %(receipt_id)s
        order by carriage_id desc
        limit 1
    ) told
    where told.carrier = %(carrier)s and told.handed_over_at = %(handed_over_at)s
)

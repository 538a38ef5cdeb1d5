-- Nothing is written when the newest one says the same.
insert into erp.receipt_condition (lot_id, stretch, readings, monitored_seconds, lowest, highest, sensors)
select %(lot_id)s, %(stretch)s, %(readings)s, %(monitored)s, %(lowest)s::double precision,
       %(highest)s::double precision, %(sensors)s::text[]
where not exists (
    select
    from (
        select * from erp.receipt_condition
        where lot_id = %(lot_id)s and stretch = %(stretch)s
        order by condition_id desc
        limit 1
    ) newest
    where (newest.readings, newest.monitored_seconds, newest.lowest, newest.highest, newest.sensors)
          is not distinct from (%(readings)s, %(monitored)s::double precision, %(lowest)s::double precision,
                                %(highest)s::double precision, %(sensors)s::text[])
)

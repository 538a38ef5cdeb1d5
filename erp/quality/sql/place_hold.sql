insert into erp.hold (unit_id, cause, published_at)
values (%(unit_id)s, 'excursion', %(published_at)s)
on conflict (unit_id, cause) where released_at is null do nothing
returning hold_id

insert into erp.two_people (profile, by, why)
values (%(profile)s, %(by)s, %(why)s)
on conflict (profile) do nothing

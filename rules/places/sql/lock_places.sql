select place_profile_id, location_id, profile_id, public.micros(since) as since,
       case when until is not null then public.micros(until) end as until
from rules.place_profile
where place_profile_id = any(%(place_ids)s)
order by place_profile_id
for no key update

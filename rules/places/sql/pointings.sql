-- What judges a place (all of them when not said which), or did.
select j.place_profile_id, l.path::text as place, p.name as profile, p.version, public.micros(j.since) as since,
       case when j.until is not null then public.micros(j.until) end as until, j.told_by
from rules.place_profile j
join binding.location l using (location_id)
join rules.profile p using (profile_id)
where %(place)s::text is null or l.path::text = %(place)s
order by l.path, p.name, j.since

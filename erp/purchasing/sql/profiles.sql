-- The approved profile versions that goods can be judged by: those with nothing but rules of places judge no unit.
select name, version, profile_id
from rules.profile p
where state = 'approved'
    and (exists (select from rules.rule r where r.profile_id = p.profile_id and r.scope = 'unit')
         or not exists (select from rules.rule r where r.profile_id = p.profile_id))
order by name, version desc

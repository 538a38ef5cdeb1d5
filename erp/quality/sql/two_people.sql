-- Whose goods two people decide about: by a command for every version, or by the version itself.
select profile, since, by, why from erp.two_people
union all
select name, approved_at, approved_by, 'version ' || version || ' asks for them'
from rules.profile
where two_people and state = 'approved'
order by profile, since

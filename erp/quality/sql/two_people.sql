select profile, since, by, why from erp.two_people order by profile

-- A profile as it judges, whole: what a person signs. Made from the stored rows, whatever columns these have.
select jsonb_build_object(
    'name', p.name,
    'version', p.version,
    'title', p.title,
    'source', p.source,
    'rules', (
        select jsonb_agg(jsonb_strip_nulls(to_jsonb(r) - 'rule_id' - 'profile_id') order by r.rule_id)
        from rules.rule r
        where r.profile_id = p.profile_id
    )
)::text as content
from rules.profile p
where p.profile_id = %(profile_id)s

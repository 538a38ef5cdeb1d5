-- A profile as it judges, whole: what a person signs. Made from the stored rows, whatever columns these have.
-- What was signed before profiles could ask for two people still reads the same.
select (jsonb_build_object(
    'name', p.name,
    'version', p.version,
    'title', p.title,
    'source', p.source,
    'rules', (
        select jsonb_agg(
            jsonb_strip_nulls((to_jsonb(r) - 'rule_id' - 'profile_id') || jsonb_build_object(
                'budget', to_jsonb(b) - 'rule_id',
                'ranges', (
                    select jsonb_agg(to_jsonb(w) - 'rule_id' order by w.number)
                    from rules.budget_range w
                    where w.rule_id = r.rule_id
                )
            )) order by r.rule_id)
        from rules.rule r
        left join rules.budget b using (rule_id)
        where r.profile_id = p.profile_id
    )
) || case when p.two_people then jsonb_build_object('dispositions', 'two people') else '{}' end)::text as content
from rules.profile p
where p.profile_id = %(profile_id)s

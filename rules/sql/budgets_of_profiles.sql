select r.rule_id, r.side, b.warn_at, b.source,
       array_agg(w.start_value order by w.number) as starts,
       array_agg(w.end_value order by w.number) as ends,
       array_agg((extract(epoch from w.allowed) * 1000000)::bigint order by w.number) as allowed
from rules.rule r
join rules.budget b using (rule_id)
join rules.budget_range w using (rule_id)
where r.profile_id = any(%(profile_ids)s)
group by r.rule_id, b.rule_id

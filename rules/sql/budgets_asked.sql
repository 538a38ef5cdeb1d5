-- The stability budgets of the units of a lot, or of one unit, with what was used of them.
select u.unit_id, u.code as unit, lot.code as lot,
       profile.name || ' version ' || profile.version as profile,
       r.name as rule, r.side, r.severity, coalesce(b.source, '') as source,
       max(w.warn_at) as warn_at,
       array_agg(w.start_value order by w.number) as starts,
       array_agg(w.end_value order by w.number) as ends,
       array_agg((extract(epoch from w.allowed) * 1000000)::bigint order by w.number) as allowed,
       coalesce(used.spent, array_fill(0::bigint, array[count(*)::integer])) as spent,
       used.in_use,
       case when used.as_of is not null then public.micros(used.as_of) end as as_of,
       case when used.low_at is not null then public.micros(used.low_at) end as low_at,
       case when verdict.judged_until is not null then public.micros(verdict.judged_until) end as judged_until
from binding.stock_unit u
join erp.lot lot using (lot_id)
join rules.profile profile on profile.profile_id = rules.profile_of_lot(lot.lot_id)
join rules.rule r using (profile_id)
join rules.budget_allowed w using (rule_id)
left join rules.budget b using (rule_id)
left join rules.budget_use used on used.unit_id = u.unit_id and used.rule_id = r.rule_id
left join rules.verdict verdict on verdict.unit_id = u.unit_id
where u.code = %(unit)s or lot.code = %(lot)s
group by u.unit_id, lot.lot_id, profile.profile_id, r.rule_id, b.rule_id, used.unit_id, used.rule_id,
         verdict.unit_id
order by u.code, r.rule_id

-- Evidence held against what the audit chain kept of it, and against the readings that were kept for it.
with told as (
    select distinct on (record.subject, content ->> 'unit', content ->> 'excursion', content ->> 'flag',
                        content ->> 'series')
           record.subject,
           content ->> 'unit' as unit,
           (content ->> 'excursion')::bigint as excursion_id,
           (content ->> 'flag')::bigint as flag_id,
           (content ->> 'series')::integer as series_id,
           content ->> 'digest' as digest
    from audit.record record
    cross join lateral (select record.detail::json as content) as read
    where record.action = 'claim evidence added'
    order by record.subject, content ->> 'unit', content ->> 'excursion', content ->> 'flag', content ->> 'series',
             record.record_id desc
)
select claim.code as claim,
       unit.code as unit,
       case when evidence.flag_id is null then 'excursion ' || evidence.excursion_id else 'flag ' || evidence.flag_id end
           as about,
       case when told.digest is null then 'has no record in the audit chain'
            when told.digest <> encode(evidence.digest, 'hex') then 'has another digest than the audit chain kept'
            else 'has other kept readings than its digest tells' end as fault
from erp.claim_proof evidence
join erp.claim_line line using (claim_line_id)
join erp.claim claim using (claim_id)
join binding.stock_unit unit using (unit_id)
left join told on told.subject = 'claim ' || claim.code and told.unit = unit.code
    and told.excursion_id is not distinct from evidence.excursion_id
    and told.flag_id is not distinct from evidence.flag_id and told.series_id = evidence.series_id
where told.digest is distinct from encode(evidence.digest, 'hex')
   or encode(evidence.digest, 'hex') <> erp.kept_digest(evidence.series_id, evidence.since, evidence.until)
order by claim.code, unit.code, about

insert into erp.claim_change (claim_id, excursion_id, words)
values (%(claim_id)s, %(excursion_id)s, %(words)s)
on conflict (claim_id, coalesce(excursion_id, 0), words) where seen_at is null do nothing

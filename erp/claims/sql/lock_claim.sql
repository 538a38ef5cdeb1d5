-- Locked before it is read, so that what others wrote meanwhile is seen.
select claim_id from erp.claim where code = %(code)s for update

-- Nobody is promised any of these units until the transaction ends.
select unit_id from erp.stock where unit_id = any(%(unit_ids)s) order by unit_id for no key update

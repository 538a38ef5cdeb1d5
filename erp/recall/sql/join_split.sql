insert into erp.recall_unit (recall_id, unit_id, why)
select recalled.recall_id, %(child_id)s, 'split off a recalled unit'
from erp.recall_unit recalled
join erp.recall using (recall_id)
where recalled.unit_id = %(parent_id)s and recall.state = 'open'
on conflict do nothing

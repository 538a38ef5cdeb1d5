select h.code, h.kind, h.sscc
from binding.handling_unit h
where exists (select from binding.placing p where p.handling_unit_id = h.handling_unit_id)
order by h.code collate "C"

select case when t.unit_id is null then 'handling unit ' || h.code else 'unit ' || u.code end as goods,
       public.micros(lower(t.during)) as since, public.micros(upper(t.during)) as until, c.reason
from binding.logger_travel t
left join binding.stock_unit u using (unit_id)
left join binding.handling_unit h on h.handling_unit_id = t.handling_unit_id
left join binding.logger_travel_cancellation c using (travel_id)
where t.file_id = %(file_id)s
order by goods, t.travel_id

select name, unit, device, ours, tolerance
from binding.logger_figure
where file_id = %(file_id)s
order by number

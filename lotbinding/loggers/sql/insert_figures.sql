insert into binding.logger_figure (file_id, number, name, unit, device, ours, tolerance)
select %(file_id)s, number, name, unit, device, ours, tolerance
from unnest(%(names)s::text[], %(units)s::text[], %(devices)s::double precision[], %(ours)s::double precision[],
            %(tolerances)s::double precision[])
    with ordinality as figure (name, unit, device, ours, tolerance, number)

-- What inside was closed sooner stays closed since then; opened again it is opened with all that closed with it.
update binding.location l
set closed_at = public.at_micros(%(at)s::bigint)
from binding.location around
where around.path = %(path)s::ltree and l.path <@ around.path
    and l.closed_at is not distinct from around.closed_at

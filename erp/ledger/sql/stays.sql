select unit_id, public.micros(lower(during)) as since, public.micros(upper(during)) as until
from binding.stay
where unit_id = any(%(unit_ids)s)

select distinct wanted.code
from unnest(%(codes)s::text[]) as wanted (code)
where not exists (select from erp.product where product.code = wanted.code)
order by wanted.code

select code, name, claim_deadline_days, incoterm, named_place, payment_days, contact
from erp.supplier
order by code

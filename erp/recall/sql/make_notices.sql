insert into erp.recall_notice (recall_id, customer_id, contact)
select distinct recalled.recall_id, customer.customer_id, customer.contact
from erp.recall_unit recalled
join erp.dispatch_line sent using (unit_id)
join erp.shipment shipment using (shipment_id)
join erp.customer customer using (customer_id)
where recalled.recall_id = %(recall_id)s
on conflict do nothing

select customer.code as customer, customer.name, notice.contact, notice.state, notice.sent_at, notice.sent_by,
       notice.sent_how, notice.answered_at, got.shipped, got.returned
from erp.recall_notice notice
join erp.customer customer using (customer_id)
cross join lateral (
    select coalesce(sum(sent.quantity), 0) as shipped,
           coalesce(sum((select sum(back.quantity)
                         from erp.customer_return back
                         where back.shipment_id = sent.shipment_id and back.shipped_unit = sent.unit_id)), 0) as returned
    from erp.recall_unit recalled
    join erp.dispatch_line sent using (unit_id)
    join erp.shipment shipment using (shipment_id)
    where recalled.recall_id = notice.recall_id and shipment.customer_id = notice.customer_id
) got
where notice.recall_id = %(recall_id)s
order by customer.code

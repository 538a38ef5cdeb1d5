-- What a customer got of a recalled lot, and what of it has an end by now.
select lot.lot_id, customer.customer_id,
       coalesce(sum(sent.quantity), 0)
       - coalesce(sum((select sum(back.quantity)
                       from erp.customer_return back
                       where back.shipment_id = sent.shipment_id and back.shipped_unit = sent.unit_id)), 0)
       - coalesce((select sum(reply.quantity)
                   from erp.recall_reply reply
                   where reply.recall_id = %(recall_id)s and reply.customer_id = customer.customer_id
                       and reply.lot_id = lot.lot_id and reply.fate <> 'will_return'), 0) as left_over
from erp.recall_unit recalled
join erp.dispatch_line sent using (unit_id)
join erp.shipment shipment using (shipment_id)
join erp.customer customer using (customer_id)
join erp.lot lot on lot.lot_id = sent.lot_id
where recalled.recall_id = %(recall_id)s and customer.code = %(customer)s and lot.code = %(lot)s
group by lot.lot_id, customer.customer_id

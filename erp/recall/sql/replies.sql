select customer.code as customer, lot.code as lot, reply.fate, reply.quantity, reply.remark, reply.recorded_at,
       reply.recorded_by
from erp.recall_reply reply
join erp.customer customer using (customer_id)
join erp.lot lot using (lot_id)
where reply.recall_id = %(recall_id)s
order by reply.reply_id

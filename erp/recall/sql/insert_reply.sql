insert into erp.recall_reply (recall_id, customer_id, lot_id, fate, quantity, remark, recorded_by)
values (%(recall_id)s, %(customer_id)s, %(lot_id)s, %(fate)s, %(quantity)s, %(remark)s, %(by)s)

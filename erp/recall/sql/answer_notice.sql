update erp.recall_notice notice
set state = 'answered', answered_at = now()
from erp.customer customer
where notice.recall_id = %(recall_id)s and customer.customer_id = notice.customer_id and customer.code = %(customer)s
    and notice.state <> 'answered'

update erp.recall_notice notice
set state = 'sent', sent_at = now(), sent_by = %(by)s, sent_how = %(how)s
from erp.customer customer
where notice.recall_id = %(recall_id)s and customer.customer_id = notice.customer_id and customer.code = %(customer)s
    and notice.state = 'due'

select record_id, action, subject, detail
from audit.record
where record_id > %(after)s and actor = 'coldbind'
order by record_id

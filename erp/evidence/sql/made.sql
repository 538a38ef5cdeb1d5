-- Whether a pack with these contents, and this very file, was made here.
select record.record_id, record.recorded_at, record.actor, record.subject,
       record.detail::json ->> 'contents' as contents,
       record.detail::json ->> 'file' as file
from audit.record record
where record.action = 'evidence made'
  and (record.detail::json ->> 'contents' = %(contents)s or record.detail::json ->> 'file' = %(file)s)
order by record.record_id desc
limit 1

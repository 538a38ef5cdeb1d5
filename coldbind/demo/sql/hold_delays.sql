select u.code as unit,
       (extract(epoch from
           case when current_setting('track_commit_timestamp')::boolean
                then pg_xact_commit_timestamp(h.xmin) else h.placed_at end
           - h.published_at) * 1000)::double precision as delay_ms
from erp.hold h
join binding.stock_unit u using (unit_id)
order by h.hold_id

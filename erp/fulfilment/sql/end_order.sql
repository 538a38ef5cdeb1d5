update erp.sales_order
set state = %(state)s,
    ended_at = case when %(state)s <> 'open' then now() end,
    ended_by = case when %(state)s <> 'open' then %(by)s end,
    ended_why = %(why)s
where sales_order_id = %(order_id)s

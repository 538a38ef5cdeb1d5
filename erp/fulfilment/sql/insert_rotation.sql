insert into erp.rotation (pick_id, in_order, lot_id, expires_on, received_at, first_unit_id, first_lot_id,
                          first_expires_on, first_received_at, reason)
values (%(pick_id)s, %(in_order)s, %(lot_id)s, %(expires_on)s, %(received_at)s, %(first_unit_id)s, %(first_lot_id)s,
        %(first_expires_on)s, %(first_received_at)s, %(reason)s)

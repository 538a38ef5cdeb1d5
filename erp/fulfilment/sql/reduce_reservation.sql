update erp.reservation set quantity = quantity - %(quantity)s where reservation_id = %(reservation_id)s

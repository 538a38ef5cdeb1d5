insert into erp.period_close (closed_through, closed_by) values (%(day)s, %(by)s)

"""From purchase order to supplier claim, in the same transaction as the excursion.

Areas are siblings that do not import each other: purchasing, receiving, sales, quality,
finance and trace meet
through events and through SQL. Each is handlers (use cases), store (SQL) and core (decisions).
"""

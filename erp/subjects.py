"""How audit records name what they are about; spelled here and in trace/sql/trace.sql only."""

MACHINE = "coldbind"
"""The actor of what the machine does by itself."""
JOURNAL = "journal"
"""The journal of the ledger as a whole."""


def lot(code: str) -> str:
    """A lot, such as ``lot LOT-A``."""
    return f"lot {code}"


def unit(code: str) -> str:
    """A stock unit, such as ``unit LOT-A/0001``."""
    return f"unit {code}"


def receipt(code: str) -> str:
    """A goods receipt, such as ``receipt GR-1``."""
    return f"receipt {code}"


def order(code: str) -> str:
    """A purchase order, such as ``order PO-1``."""
    return f"order {code}"


def sales_order(code: str) -> str:
    """A sales order, such as ``sales order SO-1``."""
    return f"sales order {code}"


def claim(code: str) -> str:
    """A supplier claim, such as ``claim CLM-GR-1``."""
    return f"claim {code}"


def supplier(code: str) -> str:
    """A supplier, such as ``supplier ACME``."""
    return f"supplier {code}"


def customer(code: str) -> str:
    """A customer, such as ``customer CLINIC``."""
    return f"customer {code}"


def product(code: str) -> str:
    """A product, such as ``product INS-10``."""
    return f"product {code}"


def invoice(supplier_code: str, code: str) -> str:
    """A supplier's invoice, such as ``invoice ACME R-77``."""
    return f"invoice {supplier_code} {code}"


def account(login: str) -> str:
    """A person's account, such as ``account a.berg``."""
    return f"account {login}"

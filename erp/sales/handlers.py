"""Recording customers by code; saying the same twice is harmless."""

from erp import subjects
from erp.sales import store
from erp.sales.core import Change, Customer, customer_fault
from kernel.refusal import Refusal
from storage.database import Transaction


def put_customer(transaction: Transaction, customer: Customer) -> Change:
    """Record `customer` under its code; raises `Refusal` when it is incomplete."""
    fault = customer_fault(customer)
    if fault is not None:
        raise Refusal(fault)
    change = store.put_customer(transaction, customer)
    if change != "unchanged":
        told = {"lowest": customer.lowest, "highest": customer.highest, "contact": customer.contact}
        transaction.audit(
            customer.actor,
            f"customer {change}",
            subjects.customer(customer.code),
            name=customer.name,
            min_remaining_days=customer.min_remaining_days,
            **{name: value for name, value in told.items() if value is not None},
        )
    return change

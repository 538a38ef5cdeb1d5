"""Making the label of a stock unit or handling unit, and numbering handling units with new SSCCs."""

from erp.labels import store
from erp.labels.core import Label, label, label_fault, next_sscc
from kernel.refusal import Refusal
from storage.database import Transaction

_PREFIX = range(4, 13)
"""Digits of a GS1 company prefix (General Specifications, 1.4.4)."""


def label_of(transaction: Transaction, code: str) -> Label:
    """The label of the unit or handling unit with `code`; `Refusal` when nothing can be coded."""
    facts = store.facts(transaction, code)
    if facts is None:
        raise Refusal(f"unit {code!r} is not known: was its delivery received?")
    fault = label_fault(facts)
    if fault is not None:
        raise Refusal(fault)
    return label(facts)


def number(transaction: Transaction, prefix: str) -> str:
    """The next SSCC under a GS1 company prefix; no number is given twice, also not at the same time."""
    if not (prefix.isascii() and prefix.isdigit() and len(prefix) in _PREFIX):
        raise Refusal(f"{prefix!r} is no GS1 company prefix: write its 4 to 12 digits")
    serial = store.next_serial(transaction, prefix)
    if len(str(serial)) > 16 - len(prefix):
        raise Refusal(f"all SSCCs with the company prefix {prefix} are given out: use another one")
    return next_sscc(prefix, serial)

"""The eleven Incoterms 2020 rules, as far as custody needs them: where risk passes to the buyer.

Where that is, each rule's article A3 says. From there to our dock the goods are in a carrier's hands
at our risk; under the three D rules the carrier works for the supplier, whose risk it is to the end.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Incoterm:
    """One rule: `risk_passes` in words; `at_origin` when that is before the main carriage."""

    code: str
    title: str
    risk_passes: str
    at_origin: bool


_RULES = (
    Incoterm("EXW", "Ex Works", "put at the buyer's disposal at the named place, not loaded", True),
    Incoterm("FCA", "Free Carrier", "given to the buyer's carrier at the named place", True),
    Incoterm("CPT", "Carriage Paid To", "given to the first carrier", True),
    Incoterm("CIP", "Carriage and Insurance Paid To", "given to the first carrier", True),
    Incoterm("DAP", "Delivered at Place", "ready for unloading at the named place", False),
    Incoterm("DPU", "Delivered at Place Unloaded", "unloaded at the named place", False),
    Incoterm("DDP", "Delivered Duty Paid", "ready for unloading at the named place", False),
    Incoterm("FAS", "Free Alongside Ship", "alongside the ship at the port of shipment", True),
    Incoterm("FOB", "Free on Board", "on board at the port of shipment", True),
    Incoterm("CFR", "Cost and Freight", "on board at the port of shipment", True),
    Incoterm("CIF", "Cost, Insurance and Freight", "on board at the port of shipment", True),
)
INCOTERMS = {rule.code: rule for rule in _RULES}
"""Code to rule."""


def terms_fault(incoterm: str, named_place: str) -> str | None:
    """What is wrong with delivery terms, as a sentence, or None; no terms at all are fine."""
    if not incoterm:
        return "a named place belongs to an Incoterm: give both" if named_place else None
    if incoterm not in INCOTERMS:
        return f"{incoterm!r} is no Incoterms 2020 rule: write one of {', '.join(INCOTERMS)}"
    if not named_place.strip():
        return f"{incoterm} needs its named place, such as {incoterm} Berlin"
    return None

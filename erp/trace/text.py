"""A trace as a story for a terminal: what a person asks first, in the order they ask it."""

from collections.abc import Iterator
from decimal import Decimal

from erp.trace.shape import Claim, Excursion, Hold, Limit, Receipt, Stay, Trace, Unit
from erp.wording import degrees, length
from kernel.instants import SECOND


def lines(trace: Trace) -> list[str]:
    """The lines of the story; all times are UTC, to the minute."""
    return [
        *_origin(trace),
        *_limits(trace["limits"]),
        *(line for unit in trace["units"] for line in _unit(unit)),
        *(line for claim in trace["claims"] for line in _claim(claim)),
        *_audit(trace),
    ]


def _origin(trace: Trace) -> Iterator[str]:
    lot, order, supplier = trace["lot"], trace["purchase_order"], trace["supplier"]
    measure, product = lot["unit_of_measure"], lot["product"]
    expiry = f", expires {lot['expires_on']}" if lot["expires_on"] else ""
    theirs = f", supplier lot {lot['supplier_lot']}" if lot["supplier_lot"] else ""
    yield (
        f"Lot {lot['code']}: {lot['quantity']} {measure} of {product['code']} {product['name']}"
        f"{expiry}{theirs}"
    )
    yield (
        f"Bought from {supplier['code']} {supplier['name']}, "
        f"order {order['code']} line {order['line']} of {order['ordered_on']}: "
        f"{order['quantity']} {measure} at {order['unit_price']} {order['currency']}"
    )
    yield from _receipt(trace["receipt"])
    profile = product["profile"]
    yield f"Judged by {profile['name']} version {profile['version']}: {profile['title']}"


def _receipt(receipt: Receipt) -> Iterator[str]:
    arrived = _short(receipt["arrived_at"])
    yield f"Arrived on {receipt['code']} at {receipt['dock']}, {arrived} (all times UTC)"
    words = f": {receipt['reservation']}" if receipt["reservation"] else ""
    if receipt["decided_at"] is None:
        yield "Custody: the supplier's, the delivery is not decided yet"
        return
    when = f"{_short(receipt['decided_at'])} by {receipt['decided_by']}{words}"
    if receipt["decision"] == "refused":
        yield f"Custody: the supplier's, refused {when}"
    elif receipt["decision"] == "accepted_with_reservation":
        yield f"Custody: the supplier's, then ours, accepted with reservation {when}"
    else:
        yield f"Custody: the supplier's, then ours, accepted {when}"


def _limits(limits: list[Limit]) -> Iterator[str]:
    for limit in limits:
        tolerance = _length(limit["tolerance_seconds"])
        beyond = f"{limit['side']} {degrees(limit['limit'])}"
        rule = "" if limit["rule"] == beyond else f"{limit['rule']}: "
        how = f"{limit['kind']}, {limit['severity']}"
        yield f"  {rule}never {beyond} for more than {tolerance} ({how})"


def _unit(unit: Unit) -> Iterator[str]:
    held = ", HELD" if unit["held"] else ""
    place = f"at {unit['location']}" if unit["location"] else "not in the house"
    yield f"Unit {unit['code']}: {unit['quantity']}, {unit['state'].replace('_', ' ')}{held}, {place}"
    if unit["unmonitored_seconds"]:
        yield f"  unmonitored for {_length(unit['unmonitored_seconds'])}"
    yield from (_stay(stay) for stay in unit["stays"])
    for excursion in unit["excursions"]:
        yield from _excursion(excursion)
    for hold in unit["holds"]:
        yield from _hold(hold)


def _stay(stay: Stay) -> str:
    until = _short(stay["until"]) if stay["until"] else "now"
    return f"  stood at {stay['location']} ({stay['name']}) from {_short(stay['since'])} to {until}"


def _excursion(excursion: Excursion) -> Iterator[str]:
    beyond = f"{excursion['side']} {degrees(excursion['limit'])}"
    rule = "" if excursion["rule"] == beyond else f"{excursion['rule']}, "
    yield (
        f"  excursion {excursion['id']}, {excursion['severity']}: {rule}{beyond} "
        f"for {_length(excursion['beyond_seconds'])} from {_short(excursion['started_at'])}, "
        f"peak {degrees(excursion['peak'])}"
    )
    yield f"    at {_short(excursion['peak_at'])}, told by {', '.join(excursion['sensors'])}"
    if excursion["unmonitored_since"] is not None:
        yield f"    open, unmonitored since {_short(excursion['unmonitored_since'])}"
    if excursion["superseded_at"] is not None:
        yield f"    superseded {_short(excursion['superseded_at'])}: {excursion['superseded_why']}"


def _hold(hold: Hold) -> Iterator[str]:
    until = f"released {_short(hold['released_at'])}" if hold["released_at"] else "still held"
    yield f"  hold {hold['id']} for {hold['cause']}, placed {_short(hold['placed_at'])}, {until}"
    for reason in hold["excursions"]:
        theirs, ours = _length(reason["supplier_seconds"]), _length(reason["own_seconds"])
        yield f"    excursion {reason['id']}: {theirs} in the supplier's custody, {ours} in ours"
        if reason["withdrawn_at"] is not None:
            yield f"      withdrawn {_short(reason['withdrawn_at'])}: {reason['withdrawn_why']}"


def _claim(claim: Claim) -> Iterator[str]:
    yield (
        f"Claim {claim['code']} on {claim['supplier']}: {_money(claim['amount'])} {claim['currency']}, "
        f"{claim['state']}, due {claim['due_on']}"
    )
    for line in claim["lines"]:
        yield (
            f"  {line['unit']}: {line['quantity']} at {line['unit_price']} is {_money(line['amount'])} "
            f"{claim['currency']}"
        )
        yield f"    {line['deficiency']}"
        for proof in line["evidence"]:
            yield (
                f"    {proof['readings']} readings of {proof['sensor']} from {_short(proof['since'])} "
                f"to {_short(proof['until'])}{_range(proof['lowest'], proof['highest'])}"
            )
            yield f"      sha256 {proof['digest']}"


def _audit(trace: Trace) -> Iterator[str]:
    yield "Audit records:"
    for record in trace["audit"]:
        did = f"{record['actor']}: {record['action']}, {record['subject']}"
        yield f"  {_short(record['recorded_at'])} {did}"


def _range(lowest: float | None, highest: float | None) -> str:
    if lowest is None or highest is None:
        return ""
    return f", {degrees(lowest)} to {degrees(highest)}"


def _short(time: str) -> str:
    return time[:16].replace("T", " ")


def _length(seconds: float) -> str:
    return length(round(seconds * SECOND))


def _money(amount: str) -> str:
    return f"{Decimal(amount):,}"

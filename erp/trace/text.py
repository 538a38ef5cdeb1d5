"""A trace as a story for a terminal: what a person asks first, in the order they ask it."""

from collections.abc import Iterator
from dataclasses import replace

from erp.custody import WHOSE
from erp.trace.claim_shape import Claim, ClaimItem, ClaimLine
from erp.trace.outward import felt, outward
from erp.trace.shape import (
    Budget,
    BudgetRange,
    Custody,
    Excursion,
    Hold,
    Limit,
    LimitShare,
    PurchaseOrder,
    Receipt,
    Stay,
    Trace,
    Unit,
)
from erp.trace.words import for_so_long, money, short, span_of
from erp.wording import degrees
from kernel.instants import SECOND
from kernel.rule_words import RuleWords, Share, unit_of


def lines(trace: Trace) -> list[str]:
    """The lines of the story; all times are UTC, to the minute."""
    return [
        *_known(trace),
        *_origin(trace),
        *_limits(trace["limits"]),
        *(line for unit in trace["units"] for line in _unit(unit)),
        *outward(trace),
        *(line for claim in trace["claims"] for line in _claim(claim)),
        *_audit(trace),
    ]


def lines_of_unit(trace: Trace, unit: Unit) -> list[str]:
    """What a customer may read of a unit: nothing of suppliers, prices or other customers."""
    return [_lot(trace), _profile(trace), *_limits(trace["limits"]), *_unit(unit)]


def _known(trace: Trace) -> Iterator[str]:
    if trace["as_known_at"] is not None:
        yield f"As known {short(trace['as_known_at'])}"


def _origin(trace: Trace) -> Iterator[str]:
    order, supplier = trace["purchase_order"], trace["supplier"]
    yield _lot(trace)
    yield (
        f"Bought from {supplier['code']} {supplier['name']}, "
        f"order {order['code']} line {order['line']} of {order['ordered_on']}: "
        f"{order['quantity']} {trace['lot']['unit_of_measure']} at {order['unit_price']} "
        f"{order['currency']}{_terms(order)}"
    )
    yield from _receipt(trace["receipt"])
    yield from _flags(trace["receipt"])
    yield _profile(trace)


def _lot(trace: Trace) -> str:
    lot, product = trace["lot"], trace["lot"]["product"]
    expiry = f", expires {lot['expires_on']}" if lot["expires_on"] else ""
    theirs = f", supplier lot {lot['supplier_lot']}" if lot["supplier_lot"] else ""
    return (
        f"Lot {lot['code']}: {lot['quantity']} {lot['unit_of_measure']} of {product['code']} "
        f"{product['name']}{expiry}{theirs}"
    )


def _profile(trace: Trace) -> str:
    profile = trace["lot"]["product"]["profile"]
    return f"Judged by {profile['name']} version {profile['version']}: {profile['title']}"


def _terms(order: PurchaseOrder) -> str:
    terms = f", {order['incoterm']} {order['named_place']}" if order["incoterm"] else ""
    low, high = order["lowest"], order["highest"]
    if low is None and high is None:
        return terms
    least = "" if low is None else f" at least {degrees(low)}"
    most = "" if high is None else f" at most {degrees(high)}"
    return f"{terms}, agreed for receiving:{least}{most}"


def _receipt(receipt: Receipt) -> Iterator[str]:
    arrived = short(receipt["arrived_at"])
    if receipt["carrier"] and receipt["handed_over_at"]:
        yield f"Handed over to {receipt['carrier']}, {short(receipt['handed_over_at'])}"
    yield f"Arrived on {receipt['code']} at {receipt['dock']}, {arrived} (all times UTC)"
    words = f": {receipt['reservation']}" if receipt["reservation"] else ""
    if receipt["decision"] is None or receipt["decided_at"] is None:
        yield "Not decided yet"
        return
    decision = receipt["decision"].replace("_", " ").capitalize()
    yield f"{decision} {short(receipt['decided_at'])} by {receipt['decided_by']}{words}"


def _flags(receipt: Receipt) -> Iterator[str]:
    for flag in receipt["flags"]:
        gone = f" (withdrawn {short(flag['withdrawn_at'])})" if flag["withdrawn_at"] else ""
        yield f"  flag, {flag['kind'].replace('_', ' ')}: {flag['words']}{gone}"


def _limits(limits: list[Limit]) -> Iterator[str]:
    for limit in limits:
        words = replace(_words(limit), shares=tuple(map(_share, limit["shares"])))
        rule = "" if limit["rule"] == words.line else f"{limit['rule']}: "
        scope = ", the location" if limit["scope"] == "location" else ""
        yield f"  {rule}{words.asks} ({limit['kind']}, {limit['severity']}{scope})"


def _unit(unit: Unit) -> Iterator[str]:
    held = ", HELD" if unit["held"] else ""
    place = f"at {unit['location']}" if unit["location"] else "not in the house"
    state = "standing then not kept" if unit["state"] == "not_kept" else unit["state"].replace("_", " ")
    yield f"Unit {unit['code']}: {unit['quantity']}, {state}{held}, {place}"
    if unit["split_from"] and unit["split_at"]:
        yield f"  split off {unit['split_from']} {short(unit['split_at'])}"
    if unit["unmonitored_seconds"]:
        yield f"  unmonitored for {for_so_long(unit['unmonitored_seconds'])}"
    for stay in unit["stays"]:
        yield from _stay(stay)
    yield from (_custody(phase) for phase in unit["custody"])
    for excursion in unit["excursions"]:
        yield from _excursion(excursion)
    yield from (_budget(budget) for budget in unit["budgets"] if budget["used"])
    for hold in unit["holds"]:
        yield from _hold(hold)


def _stay(stay: Stay) -> Iterator[str]:
    until = short(stay["until"]) if stay["until"] else "now"
    carrier = f" in {stay['handling_unit']}" if stay["handling_unit"] else ""
    place = f"{stay['location']} ({stay['name']}){carrier}"
    yield f"  stood at {place} from {short(stay['since'])} to {until}"
    if stay["felt"] is not None:
        yield felt(stay["felt"])


def _custody(phase: Custody) -> str:
    since = f" from {short(phase['since'])}" if phase["since"] else ""
    until = f" to {short(phase['until'])}" if phase["until"] else ""
    whose = "ours" if phase["party"] == "own" else WHOSE[phase["party"]]
    return f"  custody: {whose}{since}{until} ({phase['why']})"


def _excursion(excursion: Excursion) -> Iterator[str]:
    words = _words(excursion)
    rule = "" if excursion["rule"] == words.line else f"{excursion['rule']}, "
    found = words.broken(excursion["measured"], round(excursion["beyond_seconds"] * SECOND))
    until = f" to {short(excursion['ended_at'])}" if excursion["ended_at"] else ""
    peak = f", peak {degrees(excursion['peak'])}" if unit_of(excursion["kind"]) == "degC" else ""
    yield (
        f"  excursion {excursion['id']}, {excursion['severity']}: {rule}{found} "
        f"from {short(excursion['started_at'])}{until}{peak}"
    )
    if excursion["sensors"]:
        yield f"    at {short(excursion['peak_at'])}, told by {', '.join(excursion['sensors'])}"
    if excursion["unmonitored_since"] is not None:
        yield f"    open, unmonitored since {short(excursion['unmonitored_since'])}"
    if excursion["superseded_at"] is not None:
        yield f"    superseded {short(excursion['superseded_at'])}: {excursion['superseded_why']}"


def _budget(budget: Budget) -> str:
    low = f", low since {short(budget['low_at'])}" if budget["low_at"] else ""
    parts = ", ".join(
        f"{for_so_long(part['used_seconds'])} of {for_so_long(part['allowed_seconds'])} {_within(part)}"
        for part in budget["ranges"]
    )
    return f"  stability budget {budget['rule']}: {budget['used']:.1%} used{low} ({parts})"


def _within(part: BudgetRange) -> str:
    if part["to"] is None:
        return f"beyond {degrees(part['from'])}"
    return f"from {degrees(part['from'])} to {degrees(part['to'])}"


def _words(rule: Limit | Excursion) -> RuleWords:
    window, stretch = rule["window_seconds"], rule["stretch_seconds"]
    return RuleWords(
        kind=rule["kind"],
        side=rule["side"],
        limit=rule["limit"],
        tolerance=round(rule["tolerance_seconds"] * SECOND),
        window=None if window is None else round(window * SECOND),
        stretch=None if stretch is None else round(stretch * SECOND),
        thaw=rule["thaw"],
        times=rule["times"],
    )


def _share(told: LimitShare) -> Share:
    return Share(told["from"], told["to"], round(told["allowed_seconds"] * SECOND))


def _hold(hold: Hold) -> Iterator[str]:
    until = f"ended {short(hold['released_at'])}" if hold["released_at"] else "still held"
    why = f": {hold['why']}" if hold["why"] else ""
    yield f"  hold {hold['id']} for {hold['cause']}, placed {short(hold['placed_at'])}, {until}{why}"
    for reason in hold["excursions"]:
        yield f"    excursion {reason['id']}: {reason['reason']}"
        if reason["withdrawn_at"] is not None:
            yield f"      withdrawn {short(reason['withdrawn_at'])}: {reason['withdrawn_why']}"
    for one in hold["dispositions"]:
        second = f" and {one['second_by']}" if one["second_by"] else ""
        yield (
            f"    {one['kind'].replace('_', ' ')} of {one['quantity']}, {one['state']}, signed "
            f"{short(one['signed_at'])} by {one['signed_by']}{second}: {one['words']}"
        )


def _claim(claim: Claim) -> Iterator[str]:
    whom = claim["supplier"] if claim["against"] == "supplier" else claim["carrier"] or "the carrier"
    yield (
        f"Claim {claim['code']} on {whom}: {money(claim['amount'])} {claim['currency']}, "
        f"{claim['state'].replace('_', ' ')}, due {claim['due_on']}{_settled(claim)}"
    )
    for charge in claim["charges"]:
        yield f"  {charge['kind']}: {money(charge['amount'])} {claim['currency']}, {charge['words']}"
    for item in claim["items"]:
        yield f"  {item['kind'].replace('_', ' ')}: {_claimed(item, claim)}"
        yield f"    {item['deficiency']}"
    for line in claim["lines"]:
        yield f"  {line['unit']}: {_claimed(line, claim)}"
        yield f"    {line['deficiency']}"
        for proof in line["evidence"]:
            yield (
                f"    {proof['readings']} readings of {proof['sensor']} from {short(proof['since'])} "
                f"to {short(proof['until'])}{span_of(proof['lowest'], proof['highest'])}"
            )
            yield f"      sha256 {proof['digest']}"


def _claimed(one: ClaimLine | ClaimItem, claim: Claim) -> str:
    amount = f"{money(one['amount'])} {claim['currency']}"
    return f"{one['quantity']} at {one['unit_price']} is {amount}"


def _settled(claim: Claim) -> str:
    accepted = f", accepted {money(claim['accepted'])}" if claim["accepted"] else ""
    return f"{accepted}, credited {money(claim['credited'])}" if accepted else ""


def _audit(trace: Trace) -> Iterator[str]:
    yield "Audit records:"
    for record in trace["audit"]:
        did = f"{record['actor']}: {record['action']}, {record['subject']}"
        yield f"  {short(record['recorded_at'])} {did}"

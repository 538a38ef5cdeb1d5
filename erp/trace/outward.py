"""The half of a trace's story that leads outward: what is left, who got the rest, recalls, money."""

from collections.abc import Iterator

from erp.trace.outward_shape import Condition, Left, Money, PickTold, Recall, Return, Shipment
from erp.trace.shape import FeltThere, Trace
from erp.trace.words import for_so_long, money, short, span_of
from erp.wording import degrees


def outward(trace: Trace) -> Iterator[str]:
    """What is left where, picks, shipments, returns, recalls and money, in this order."""
    measure = trace["lot"]["unit_of_measure"]
    yield from (_left(one, measure) for one in trace["stock"])
    yield from (_pick(one) for one in trace["picks"])
    for shipment in trace["shipments"]:
        yield from _shipment(shipment, measure)
    yield from (_return(one, measure) for one in trace["returns"])
    yield from (_recall(one) for one in trace["recalls"])
    for one in trace["money"]:
        yield from _money(one)


def felt(there: FeltThere) -> str:
    """What was felt during one stay."""
    gaps = there["unmonitored_seconds"]
    unseen = f", unmonitored for {for_so_long(gaps)}" if gaps else ""
    if there["lowest"] is None:
        return f"    felt: no reading{unseen}"
    mean = "" if there["mean"] is None else f", mean {degrees(there['mean'])}"
    mkt = "" if there["mkt"] is None else f", mkt {degrees(there['mkt'])}"
    beyond = "".join(
        f", {one['side']} {degrees(one['limit'])} for {for_so_long(one['seconds'])}"
        for one in there["beyond"]
        if one["seconds"]
    )
    extremes = span_of(there["lowest"], there["highest"])
    return f"    felt: {there['readings']} readings{extremes}{mean}{mkt}{beyond}{unseen}"


def _left(one: Left, measure: str) -> str:
    carrier = f" in {one['handling_unit']}" if one["handling_unit"] else ""
    place = one["location"] or "a place unknown"
    promised = f", {one['reserved']} promised" if one["reserved"] != "0" else ""
    held = ", HELD" if one["held"] else ""
    where = f"at {place}{carrier} since {short(one['since'])}"
    return f"Left: {one['quantity']} {measure} of {one['unit']} {where}{promised}{held}"


def _pick(one: PickTold) -> str:
    source = f" off {one['taken_from']}" if one["taken_from"] != one["unit"] else ""
    state = "" if one["state"] == "dispatched" else f", {one['state'].replace('_', ' ')}"
    why = f": {one['put_back_why']}" if one["put_back_why"] else ""
    took = f"Picked {one['quantity']} as {one['unit']}{source} for {one['order']} line {one['line']}"
    when = f"{short(one['picked_at'])} by {one['picked_by']}{state}{why}"
    if one["in_order"]:
        return f"{took}, {when}: in order of expiry"
    first = f"{one['first_unit']} of {one['first_lot']}"
    expires = f", expires {one['first_expires_on']}" if one["first_expires_on"] else ""
    return f"{took}, {when}: OUT OF ORDER, {first}{expires} was first: {one['reason']}"


def _shipment(one: Shipment, measure: str) -> Iterator[str]:
    contact = f" ({one['contact']})" if one["contact"] else ""
    carrier = f" with {one['carrier']}" if one["carrier"] else ""
    whom = f"{one['customer']} {one['name']}{contact}"
    yield (
        f"Shipment {one['code']}: {one['quantity']} {measure} to {whom}"
        f", left {short(one['dispatched_at'])}{carrier}{_proof(one)}"
    )
    for line in one["lines"]:
        carried = f" in {line['handling_unit']}" if line["handling_unit"] else ""
        what = f"{line['quantity']} of {line['unit']}{carried} for {line['order']}"
        yield f"  {what}{_felt_until(line['condition'])}"


def _proof(one: Shipment) -> str:
    if one["delivered_at"] is None:
        return ""
    return f", delivered {short(one['delivered_at'])} to {one['delivered_to']}"


def _felt_until(condition: Condition | None) -> str:
    if condition is None:
        return ""
    verdict = "not judged" if condition["verdict"] is None else condition["verdict"]
    extremes = span_of(condition["lowest"], condition["highest"])
    return f": {verdict} when it left, {condition['readings']} readings{extremes}"


def _return(one: Return, measure: str) -> str:
    what = "" if one["unit"] == one["shipped_unit"] else f" of what left as {one['shipped_unit']}"
    whence = f"by {one['customer']} from {one['shipment']} to {one['location']}"
    goods = f"{one['quantity']} {measure}, {one['unit']}{what}"
    return f"Returned {one['code']}: {goods}, {whence}, {short(one['returned_at'])}: {one['reason']}"


def _recall(one: Recall) -> str:
    kind = "Mock recall" if one["mock"] else "Recall"
    state = (
        "open" if one["closed_at"] is None else f"closed {short(one['closed_at'])}: {one['conclusion']}"
    )
    count = len(one["units"])
    units = f"{count} unit{'' if count == 1 else 's'}"
    return f"{kind} {one['code']}, {units}, opened {short(one['opened_at'])}: {one['reason']}; {state}"


def _money(one: Money) -> Iterator[str]:
    lost = f"cost {money(one['cost'])}, written off {money(one['written_off'])}"
    back = f"claimed {money(one['claimed'])}, credited {money(one['credited'])}"
    yield f"Money in {one['currency']}: {lost}, {back}"
    for balance in one["accounts"]:
        yield f"  {balance['account']} {balance['name']}: {money(balance['amount'])}"

"""A fault of a sensor in words: what its readings show, and what a person should do about it."""

from kernel.instants import moment

_ADVICE = {
    "out_of_range": "check cable, connector and battery; replace the sensor when it stays",
    "stuck": "restart the sensor or its gateway; replace it when it repeats itself again",
    "spike": "check connector and cable for loose contact, and what disturbs them",
    "jump": "check connector and cable for loose contact, and what disturbs them",
}


def sentence(kind: str, started_at: int, ended_at: int, lowest: float, highest: float) -> str:
    """What the readings from `started_at` to `ended_at` show."""
    when = f"at {_clock(started_at)}"
    if ended_at > started_at:
        when = f"from {_clock(started_at)} to {_clock(ended_at)}"
    values = f"{lowest:g}" if lowest == highest else f"{lowest:g} to {highest:g}"
    if kind == "stuck":
        return f"repeated {values} {when}, though it had moved before"
    if kind == "out_of_range":
        return f"showed {values} {when}, which such a sensor cannot measure or uses to report an error"
    if kind == "spike":
        return f"showed {values} {when}, far from the readings before and after, which agree"
    if kind == "jump":
        return f"showed {values} {when}, faster than possible, and neither neighbour bears it out"
    return f"showed {values} {when}, faster than possible: waits for the next reading"


def advice(kind: str) -> str:
    """What to do about it."""
    return _ADVICE.get(kind, "")


def _clock(at: int) -> str:
    return f"{moment(at):%Y-%m-%d %H:%M:%S} UTC"

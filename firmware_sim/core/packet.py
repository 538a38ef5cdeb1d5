"""What a device hands to its radio: measurements of one moment, before they are encoded."""

from typing import NamedTuple


class Measurement(NamedTuple):
    """`value` of `quantity` in `unit`; `time` is the device's own clock, in microseconds."""

    quantity: str
    unit: str
    time: int
    value: float


class Packet(NamedTuple):
    """What `device` sent at `sent_at`, the true simulated instant in microseconds since the epoch."""

    sent_at: int
    device: str
    records: tuple[Measurement, ...]

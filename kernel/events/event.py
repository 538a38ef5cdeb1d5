"""What every event is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """A fact that another stage may have to act on before the transaction commits."""

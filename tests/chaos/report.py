"""What a run proved, as one JSON line and as sentences for people."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from tests.chaos.plan import Cycle


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a run; `faults` is empty when nothing was lost, doubled or judged otherwise.

    Lengths of time are seconds. `sent_again` counts datagrams that devices had to repeat.
    """

    seed: int
    cycles: int
    broker: str
    actions: dict[str, int]
    seconds: float
    sensors: int
    readings: int
    sent_again: int
    lost: int
    doubled: int
    foreign: int
    changed: int
    deeds: int
    longest_recovery: float
    longest_recovery_cycle: int
    drained_in: float
    audit_records: int
    verdicts_compared: dict[str, int]
    faults: list[str]

    @property
    def ok(self) -> bool:
        """Whether the run proved what it should."""
        return not self.faults

    def line(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self) | {"ok": self.ok})

    def summary(self) -> str:
        """For people."""
        told = ", ".join(f"{count} x {kind}" for kind, count in sorted(self.actions.items()))
        compared = ", ".join(f"{kind} {count}" for kind, count in self.verdicts_compared.items())
        lines = [
            f"seed {self.seed}, {self.cycles} cycles, {self.broker}, {self.seconds:.0f} s: {told}",
            f"{self.readings} readings of {self.sensors} sensors were answered for",
            f"{self.sent_again} datagrams sent again, {self.deeds} deeds told",
            f"{self.lost} lost, {self.doubled} doubled, {self.foreign} foreign, {self.changed} changed",
            f"longest recovery {self.longest_recovery:.1f} s, in cycle {self.longest_recovery_cycle}",
            f"at rest {self.drained_in:.1f} s after the last strike",
            f"audit chain of {self.audit_records} records",
            f"compared with an undisturbed run: {compared}",
        ]
        verdict = ["nothing lost, nothing doubled, the same verdicts"] if self.ok else self.faults
        return "\n".join([*lines, *verdict])


def actions(plan: Sequence[Cycle]) -> dict[str, int]:
    """How often each kind of strike is in the plan."""
    return dict(Counter(strike.kind for cycle in plan for strike in cycle.strikes))

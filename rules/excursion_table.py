"""The excursions of whatever is judged, units or places: each has a table of its own, of one shape."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rules.core.judge import Finding
from rules.core.verdict import Standing
from rules.finding_columns import measures
from storage.database import Transaction
from storage.statement import Statement


@dataclass(frozen=True, slots=True)
class StandingRow:
    """An excursion of the thing `judged` that stands; lengths and instants in microseconds."""

    judged: int
    excursion_id: int
    rule: str
    started_at: int
    breached_at: int
    ended_at: int | None
    observed_until: int
    beyond: int
    peak: float
    peak_at: int
    series: list[int]
    measured: float
    profile_id: int | None

    @property
    def standing(self) -> Standing:
        """The same without whose it is."""
        return Standing(
            self.excursion_id,
            self.rule,
            self.started_at,
            self.breached_at,
            self.ended_at,
            self.observed_until,
            self.beyond,
            self.peak,
            self.peak_at,
            tuple(self.series),
            self.measured,
            self.profile_id,
        )


@dataclass(frozen=True, slots=True)
class Inserted:
    """The id of a new excursion."""

    id: int


@dataclass(frozen=True, slots=True)
class ExcursionTable:
    """A table of excursions, by the statements that read and write it."""

    standings: Statement[StandingRow]
    insert: Statement[Inserted]
    grow: Statement[None]
    supersede: Statement[None]

    def standings_of(
        self, transaction: Transaction, judged: Collection[int]
    ) -> Mapping[int, list[Standing]]:
        """The excursions of each of these that are not superseded."""
        found: dict[int, list[Standing]] = {one: [] for one in judged}
        for row in transaction.rows(self.standings, judged=list(judged)):
            found[row.judged].append(row.standing)
        return found

    def add(self, transaction: Transaction, found: Sequence[tuple[int, int, Finding]]) -> list[int]:
        """Record excursions, each with who is judged and the rule; their ids in the same order."""
        if not found:
            return []
        rows = transaction.rows(
            self.insert,
            judged=[judged for judged, _, _ in found],
            rules=[rule for _, rule, _ in found],
            **measures(finding for _, _, finding in found),
        )
        return [row.id for row in rows]

    def write(self, transaction: Transaction, grown: Sequence[tuple[int, Finding]]) -> None:
        """Write the measures of excursions that became longer or worse, or ended."""
        if grown:
            transaction.run(
                self.grow,
                excursions=[excursion for excursion, _ in grown],
                **measures(finding for _, finding in grown),
            )

    def withdraw(self, transaction: Transaction, excursion_id: int, why: str) -> None:
        """Later facts contradict the excursion; it stays, marked so."""
        transaction.run(self.supersede, excursion_id=excursion_id, why=why)

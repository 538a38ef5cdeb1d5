"""What was decided about the goods, in the words of the trade, so that two databases can be compared.

Left out: ids and the times at which something was recorded, which two runs cannot share, and what was
superseded or withdrawn since, which tells how news came in, not how the goods fared.
"""

from dataclasses import dataclass

import psycopg

_STANDING = """
from rules.excursion join rules.rule using (rule_id) join binding.stock_unit unit using (unit_id)
where superseded_at is null
"""
_EXCURSIONS = f"""
select unit.code, rule.name, started_at, breached_at, ended_at, observed_until, beyond::text, peak
{_STANDING}
"""
_WITNESSES = f"""
select unit.code, rule.name, started_at, peak_at,
       (select string_agg(sensor.name, ' ' order by sensor.name)
        from unnest(excursion.series) as told (series_id)
        join telemetry.series using (series_id) join telemetry.sensor using (sensor_id))
{_STANDING}
"""
_STATES = """
select unit.code, profile.name, verdict.state
from rules.verdict join binding.stock_unit unit using (unit_id) join rules.profile using (profile_id)
"""
_HOLDS = """
select unit.code, hold.cause, hold.released_at is null, rule.name, excursion.started_at,
       reason.supplier_seconds, reason.own_seconds
from erp.hold join erp.hold_excursion reason using (hold_id)
join rules.excursion using (excursion_id) join rules.rule using (rule_id)
join binding.stock_unit unit on unit.unit_id = hold.unit_id
where reason.withdrawn_at is null
"""
_EVIDENCE_ROWS = """
from erp.claim join erp.claim_line line using (claim_id)
join erp.claim_evidence evidence using (claim_line_id)
join erp.supplier using (supplier_id) join erp.goods_receipt receipt using (receipt_id)
join binding.stock_unit unit on unit.unit_id = line.unit_id join erp.lot on lot.lot_id = line.lot_id
join rules.excursion using (excursion_id) join rules.rule using (rule_id)
join telemetry.series on series.series_id = evidence.series_id
join telemetry.sensor on sensor.sensor_id = series.sensor_id
where evidence.withdrawn_at is null
"""
_CLAIMS = f"""
select distinct claim.code, receipt.code, supplier.code, claim.state, claim.currency, claim.due_on,
       unit.code, lot.code, line.quantity, line.unit_price, line.amount, rule.name,
       excursion.started_at, evidence.since, evidence.until
{_EVIDENCE_ROWS}
"""
_PROOFS = f"""
select unit.code, rule.name, excursion.started_at, sensor.name, evidence.deficiency, evidence.readings,
       evidence.lowest, evidence.highest, encode(evidence.digest, 'hex')
{_EVIDENCE_ROWS}
"""
QUESTIONS = {
    "excursion": _EXCURSIONS,
    "witness": _WITNESSES,
    "state": _STATES,
    "hold": _HOLDS,
    "claim": _CLAIMS,
    "proof": _PROOFS,
}
Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """For each kind of verdict the set of its rows."""

    rows: dict[str, frozenset[Row]]

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each kind."""
        return {kind: len(rows) for kind, rows in self.rows.items()}


def verdicts(url: str) -> Verdicts:
    """Everything that stands in the database at `url`."""
    with psycopg.connect(url, options="-c timezone=UTC") as connection:
        return Verdicts(
            {
                kind: frozenset(connection.execute(question.encode()))
                for kind, question in QUESTIONS.items()
            }
        )


def differences(found: Verdicts, expected: Verdicts) -> list[str]:
    """A sentence for each kind of verdict in which the two are not equal and ought to be."""
    sentences: list[str] = []
    for kind, wanted in expected.rows.items():
        missing, extra = wanted - found.rows[kind], found.rows[kind] - wanted
        if missing:
            sentences.append(f"{len(missing)} of kind {kind} are missing, such as {_first(missing)}")
        if extra:
            sentences.append(f"{len(extra)} of kind {kind} are too many, such as {_first(extra)}")
    return sentences


def _first(rows: frozenset[Row]) -> str:
    return str(min(rows, key=str))

"""The peak of what somebody felt: a run may have been at its worst before, after or without them."""

from dataclasses import replace

from kernel.intervals import Span
from rules import store
from rules.core.judge import Finding
from rules.core.profile import Limit
from rules.core.runs import measured, peak_inside
from rules.core.timeline import Piece
from storage.database import Transaction


def with_own_peaks(transaction: Transaction, finding: Finding) -> Finding:
    """A run may have peaked while the unit was elsewhere: then its own peak is looked up."""
    if all(piece.span.start <= piece.peak_at <= piece.span.end for piece in finding.pieces):
        return finding
    limit = finding.rule.limit
    return replace(
        finding, pieces=tuple(_own_peak(transaction, piece, limit) for piece in finding.pieces)
    )


def _own_peak(transaction: Transaction, piece: Piece, limit: Limit) -> Piece:
    if piece.span.start <= piece.peak_at <= piece.span.end:
        return piece
    ((_, window),) = store.windows(
        transaction, [(piece.series, Span(piece.span.start - limit.over, piece.span.end))]
    )
    gap = store.max_gaps(transaction, [piece.series])[piece.series]
    peak, peak_at = peak_inside(measured(window, limit, gap), piece.span, limit)
    return replace(piece, peak=peak, peak_at=peak_at)

"""`python -m benchmarks [NAME]`: run the benchmarks whose name begins with NAME, or all of them."""

import sys
from collections.abc import Callable, Iterator, Mapping

from benchmarks import (
    backlog,
    batch_vs_copy,
    binding,
    embedded_servers,
    growth,
    history,
    hold_delay,
    memory,
    rules,
    stays,
    trace,
    trial,
    warnings,
)
from benchmarks.figure import Figure
from benchmarks.ground import BusyElsewhere
from benchmarks.peers import race

BENCHMARKS: Mapping[str, Callable[[], Iterator[Figure]]] = {
    "binding": binding.measure,
    "binding.history": history.measure,
    "path.batch_vs_copy": batch_vs_copy.measure,
    "path.hold_ms_p99": hold_delay.measure,
    "path.rss_mb": memory.measure,
    "path.backlog": backlog.measure,
    "path.peers": race.measure,
    "path.growth": growth.measure,
    "rules": rules.measure,
    "rules.trial": trial.measure,
    "trace": trace.measure,
    "trace.stats": stays.measure,
    "servers": embedded_servers.measure,
    "warnings": warnings.measure,
}


def main() -> None:
    """Print one JSON line a figure."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    chosen = [name for name in BENCHMARKS if name.startswith(wanted)]
    if not chosen:
        sys.exit(f"there is no benchmark {wanted!r}; there are: {', '.join(BENCHMARKS)}")
    try:
        for name in chosen:
            for figure in BENCHMARKS[name]():
                print(figure.line(), flush=True)
    except BusyElsewhere as busy:
        sys.exit(f"benchmarks: {busy}")


if __name__ == "__main__":
    main()

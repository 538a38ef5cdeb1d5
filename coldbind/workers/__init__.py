"""The four workers, each a small program: `python -m coldbind.workers.gateway` and so on.

`coldbind run NAME` becomes that program, so that a worker carries nothing it does not need.
"""

NAMES = ("gateway", "ingest", "rules", "api")
"""Every worker, in the order they are started."""

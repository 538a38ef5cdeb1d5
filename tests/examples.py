"""How many examples a property test tries.

`COLDBIND_EXAMPLES=20 pytest tests/property` tries 20 times as many.
"""

import os


def examples(usually: int) -> int:
    """The number of examples for a test that usually tries so many."""
    return max(1, round(usually * float(os.environ.get("COLDBIND_EXAMPLES", "1"))))

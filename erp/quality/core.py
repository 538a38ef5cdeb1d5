"""What quality decides by itself: which excursions stop a unit."""


def calls_for_hold(severity: str) -> bool:
    """Whether an excursion of this severity stops the unit; a notice is only noted."""
    return severity != "notice"

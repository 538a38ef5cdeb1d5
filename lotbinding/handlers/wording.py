"""How refusals and audit records of lot binding name an instant."""

from kernel.instants import moment


def clock(at: int) -> str:
    """An instant as people read it, to the second."""
    return f"{moment(at):%Y-%m-%d %H:%M:%S} UTC"

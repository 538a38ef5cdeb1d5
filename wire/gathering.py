"""Readings as a decoder finds them, one by one, until they become the columns of a message.

A record that cannot be kept is put aside with its reason, and the others go on.
"""

import numpy as np

from wire.columns import Columns, Content, Malformed, RefusedRecord, SeriesName

LONGEST_NAME = 200
"""Characters of a sensor, a quantity or a unit."""


class Gathering:
    """What has been found in a message so far."""

    __slots__ = ("_flagged", "_index", "_names", "_refused", "_times", "_values")

    def __init__(self) -> None:
        self._names: dict[SeriesName, int] = {}
        self._index: list[int] = []
        self._times: list[int] = []
        self._values: list[float] = []
        self._flagged: list[int] = []
        self._refused: list[RefusedRecord] = []

    def __len__(self) -> int:
        return len(self._index)

    def add(self, name: SeriesName, time: int, value: float, *, flagged: bool = False) -> None:
        """Take a reading; `Malformed` when its name can stand in no database."""
        self.put(self.number(name), time, value, flagged=flagged)

    def number(self, name: SeriesName) -> int:
        """The number that stands for `name` in `put`; `Malformed` as with `add`."""
        number = self._names.get(name)
        if number is None:
            _check(name)
            number = self._names[name] = len(self._names)
        return number

    def put(self, number: int, time: int, value: float, *, flagged: bool = False) -> None:
        """Take a reading of the series with this number."""
        if flagged:
            self._flagged.append(len(self._index))
        self._index.append(number)
        self._times.append(time)
        self._values.append(value)

    def refuse(self, reason: str, payload: bytes) -> None:
        """Put aside a record: `payload` is a message that holds it alone."""
        self._refused.append(RefusedRecord(reason, payload))

    def content(self, *requests: tuple[str, bytes]) -> Content:
        """All that was found, in the order in which it was."""
        flagged = None
        if self._flagged:
            flagged = np.zeros(len(self._index), np.bool_)
            flagged[self._flagged] = True
        columns = Columns(
            tuple(self._names),
            np.array(self._index, np.uint32),
            np.array(self._times, np.int64),
            np.array(self._values, np.float64),
            flagged,
        )
        return Content(columns, tuple(self._refused), requests)


def _check(name: SeriesName) -> None:
    """Zero characters and halves of characters (surrogates) are not printable either."""
    for what, text in zip(("sensor", "quantity", "unit"), name, strict=True):
        if len(text) > LONGEST_NAME:
            raise Malformed(
                f"the name of the {what} has {len(text)} characters, more than {LONGEST_NAME}"
            )
        if not text.isprintable():
            raise Malformed(f"the {what} {text!a} holds characters that cannot be printed")

"""CBOR from strangers: what is only ever data is left as it came."""

from collections.abc import Callable, Mapping


def _as_it_is(value: object, _immutable: bool) -> object:
    return value


AS_IT_IS: Mapping[int, Callable[[object, bool], object]] = {35: _as_it_is, 36: _as_it_is}
"""Patterns and mails, for cbor2: nothing that a stranger sends is compiled or taken apart."""

"""Sparkplug payloads written down as maps, so that a test says what a node sends and not how."""

from collections.abc import Mapping
from typing import cast

from wire.sparkplug_schema import Metric, PropertySet, new_payload

DATATYPES = {
    "Int8": 1,
    "Int16": 2,
    "Int32": 3,
    "Int64": 4,
    "UInt8": 5,
    "UInt64": 8,
    "Float": 9,
    "Double": 10,
    "Boolean": 11,
    "String": 12,
}
_FIELDS = {
    "Int64": "long_value",
    "UInt64": "long_value",
    "Float": "float_value",
    "Double": "double_value",
    "Boolean": "boolean_value",
    "String": "string_value",
}


def sparkplug_payload(message: Mapping[str, object]) -> bytes:
    """The payload with `timestamp`, `seq` and `metrics`, each with name, alias, type, value, ..."""
    payload = new_payload()
    if "timestamp" in message:
        payload.timestamp = cast("int", message["timestamp"])
    if "seq" in message:
        payload.seq = cast("int", message["seq"])
    for written in cast("list[dict[str, object]]", message.get("metrics", [])):
        _fill(payload.metrics.add(), written)
    return payload.SerializeToString()


def _fill(metric: Metric, written: Mapping[str, object]) -> None:
    kind = cast("str", written.get("type", "Double"))
    if "type" in written:
        metric.datatype = DATATYPES[kind]
    for field in ("alias", "timestamp", "is_null", "is_historical"):
        if field in written:
            setattr(metric, field, written[field])
    if "name" in written:
        metric.name = cast("str", written["name"]).encode()
    if "value" in written:
        setattr(metric, _FIELDS.get(kind, "int_value"), _as_sent(written["value"], kind))
    for key, value in cast("dict[str, object]", written.get("properties", {})).items():
        _add_property(metric.properties, key, value)


def _as_sent(value: object, kind: str) -> object:
    """Signed integers travel in unsigned fields, texts as bytes."""
    if isinstance(value, str):
        return value.encode()
    if kind.startswith("Int"):
        return cast("int", value) & (2**64 - 1 if kind == "Int64" else 2**32 - 1)
    return value


def _add_property(properties: PropertySet, key: str, value: object) -> None:
    properties.keys.append(key.encode())
    added = properties.values.add()
    if isinstance(value, bool):
        added.boolean_value = value
    elif isinstance(value, int):
        added.int_value = value
    else:
        added.string_value = cast("str", value).encode()

"""The protobuf messages of Sparkplug B (specification 3.0, section 6.4), as far as readings need them.

Described here by field numbers instead of generated code. Texts are declared as bytes, which look the
same on the wire: one that is not UTF-8 then spoils its metric and not the whole message. Fields that
are not described (templates, data sets, metadata) are skipped when reading, and kept when copying.
"""

from collections.abc import Iterator, MutableSequence
from typing import Protocol, cast

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError

from wire.columns import Malformed

_PACKAGE = "coldbind.sparkplug"
_FIELD = descriptor_pb2.FieldDescriptorProto
_VALUE = "value"


class PropertyValue(Protocol):
    """The value of a property; `WhichOneof("value")` names the field it is in."""

    int_value: int
    long_value: int
    boolean_value: bool
    string_value: bytes

    def WhichOneof(self, group: str, /) -> str | None: ...  # noqa: D102, N802 - protobuf's own name


class PropertyValues(Protocol):
    """The values of a set of properties."""

    def add(self) -> PropertyValue: ...  # noqa: D102 - a list's own
    def __iter__(self) -> Iterator[PropertyValue]: ...


class PropertySet(Protocol):
    """Properties of a metric, keys and values side by side."""

    keys: MutableSequence[bytes]
    values: PropertyValues


class Metric(Protocol):
    """One named value; times are milliseconds since 1970."""

    name: bytes
    alias: int
    timestamp: int
    datatype: int
    is_null: bool
    properties: PropertySet
    int_value: int
    long_value: int
    float_value: float
    double_value: float
    boolean_value: bool
    string_value: bytes

    def HasField(self, field: str, /) -> bool: ...  # noqa: D102, N802 - protobuf's own name
    def WhichOneof(self, group: str, /) -> str | None: ...  # noqa: D102, N802 - protobuf's own name
    def CopyFrom(self, other: object, /) -> None: ...  # noqa: D102, N802 - protobuf's own name


class Metrics(Protocol):
    """The metrics of a payload."""

    def add(self) -> Metric: ...  # noqa: D102 - a list's own
    def __iter__(self) -> Iterator[Metric]: ...


class Payload(Protocol):
    """A Sparkplug message."""

    timestamp: int
    metrics: Metrics
    seq: int
    uuid: bytes

    def HasField(self, field: str, /) -> bool: ...  # noqa: D102, N802 - protobuf's own name
    def ClearField(self, field: str, /) -> None: ...  # noqa: D102, N802 - protobuf's own name
    def SerializeToString(self) -> bytes: ...  # noqa: D102, N802 - protobuf's own name
    def ParseFromString(self, data: bytes, /) -> int: ...  # noqa: D102, N802 - protobuf's own name


def read_payload(data: bytes) -> Payload:
    """The message in `data`; `Malformed` when it is none."""
    payload = new_payload()
    try:
        payload.ParseFromString(data)
    except DecodeError as error:
        raise Malformed(f"sparkplug: not a Sparkplug B payload ({error})") from error
    return payload


def new_payload() -> Payload:
    """An empty message to fill."""
    return cast("Payload", _PAYLOAD())


def _describe() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(
        name="coldbind/sparkplug.proto", package=_PACKAGE, syntax="proto2"
    )
    payload, metric = file.message_type.add(name="Payload"), file.message_type.add(name="Metric")
    properties, value = (
        file.message_type.add(name="PropertySet"),
        file.message_type.add(name="PropertyValue"),
    )
    _add(payload, 1, "timestamp", _FIELD.TYPE_UINT64)
    _add(payload, 2, "metrics", _FIELD.TYPE_MESSAGE, of="Metric", repeated=True)
    _add(payload, 3, "seq", _FIELD.TYPE_UINT64)
    _add(payload, 4, "uuid", _FIELD.TYPE_BYTES)
    _add(metric, 1, "name", _FIELD.TYPE_BYTES)
    _add(metric, 2, "alias", _FIELD.TYPE_UINT64)
    _add(metric, 3, "timestamp", _FIELD.TYPE_UINT64)
    _add(metric, 4, "datatype", _FIELD.TYPE_UINT32)
    _add(metric, 5, "is_historical", _FIELD.TYPE_BOOL)
    _add(metric, 7, "is_null", _FIELD.TYPE_BOOL)
    _add(metric, 9, "properties", _FIELD.TYPE_MESSAGE, of="PropertySet")
    _add_values(metric, 10)
    _add(properties, 1, "keys", _FIELD.TYPE_BYTES, repeated=True)
    _add(properties, 2, "values", _FIELD.TYPE_MESSAGE, of="PropertyValue", repeated=True)
    _add_values(value, 3)
    return file


def _add_values(message: descriptor_pb2.DescriptorProto, first: int) -> None:
    """The six plain kinds of value, which metrics and properties number in the same order."""
    message.oneof_decl.add(name=_VALUE)
    kinds = {
        "int_value": _FIELD.TYPE_UINT32,
        "long_value": _FIELD.TYPE_UINT64,
        "float_value": _FIELD.TYPE_FLOAT,
        "double_value": _FIELD.TYPE_DOUBLE,
        "boolean_value": _FIELD.TYPE_BOOL,
        "string_value": _FIELD.TYPE_BYTES,
    }
    for number, (name, kind) in enumerate(kinds.items(), first):
        _add(message, number, name, kind)
        message.field[-1].oneof_index = 0


def _add(
    message: descriptor_pb2.DescriptorProto,
    number: int,
    name: str,
    kind: descriptor_pb2.FieldDescriptorProto.Type.ValueType,
    *,
    of: str | None = None,
    repeated: bool = False,
) -> None:
    message.field.add(
        name=name,
        number=number,
        type=kind,
        label=_FIELD.LABEL_REPEATED if repeated else _FIELD.LABEL_OPTIONAL,
        type_name=None if of is None else f".{_PACKAGE}.{of}",
    )


def _payload_class() -> type:
    pool = descriptor_pool.DescriptorPool()
    pool.Add(_describe())
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.Payload"))


_PAYLOAD = _payload_class()

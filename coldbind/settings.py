"""Settings, from the environment: every name begins with COLDBIND_."""

import os
from collections.abc import Mapping
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta

from coldbind.secret import BrokerUrl, DatabaseUrl, Secret, without, words_of
from coldbind.var_folder import VarFolder, var_folder
from wire.broker import parse_broker

_PREFIX = "COLDBIND_"
_LONGEST = 10**9

Text = Annotated[str, Meta(min_length=1, description="some text")]
Place = Annotated[Path, Meta(description="the path of a file or folder")]
Switch = Annotated[bool, Meta(description="true or false")]
Port = Annotated[int, Meta(ge=0, le=65535, description="a port, a whole number from 0 to 65535")]
Seconds = Annotated[int, Meta(ge=0, le=_LONGEST, description="whole seconds, 0 or more")]
Amount = Annotated[int, Meta(ge=1, le=_LONGEST, description="a whole number, 1 or more")]
LogFormat = Annotated[Literal["auto", "console", "json"], Meta(description="auto, console or json")]
LogLevel = Annotated[
    Literal["debug", "info", "warning", "error"], Meta(description="debug, info, warning or error")
]


class SettingsError(ValueError):
    """Variables that cannot be used: one sentence for each, without its value, which may be secret."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What this machine is told. Without a URL, Coldbind runs its own server below the var folder."""

    database_url: DatabaseUrl | None = None
    """postgresql://user:password@host:port/name"""
    mqtt_url: BrokerUrl | None = None
    """mqtt://user:password@host:port, or mqtts:// for TLS"""
    mqtt_ca: Place | None = None
    """The authority that signed the broker's certificate; the machine's own ones when not given."""
    mqtt_cert: Place | None = None
    """Our certificate for the broker, in place of a password."""
    mqtt_key: Place | None = None
    """Its private key."""
    site: Text = "site"
    """The site's name in MQTT topics."""
    gateway: Text = "gateway"
    """The gateway's name in MQTT topics; each gateway of a site has its own."""
    udp_host: Text = "127.0.0.1"
    """Where the gateway listens for devices."""
    udp_port: Port = 5683
    """Its UDP port; 0 takes any free one."""
    spool_mb: Amount = 4096
    """How large the gateway's spool may grow, in MiB."""
    api_host: Text = "127.0.0.1"
    """Where API and console listen."""
    api_port: Port = 8080
    """Their TCP port; 0 takes any free one."""
    ingest_client_id: Text = "coldbind-ingest"
    """The MQTT session of this ingest; no two ingests share one."""
    ingest_share: Text | None = None
    """The shared subscription that several ingests take turns in; one ingest needs none."""
    ingest_ordered: Switch = True
    """Whether this ingest also takes the sources that need one consumer and their order."""
    sources: Place | None = None
    """A file that says which payload format comes on which topic; our own topics when not given."""
    late_after_s: Seconds = 900
    """A reading that comes this long after it was taken is marked late."""
    future_tolerance_s: Seconds = 300
    """A reading from further ahead than this is parked."""
    max_payload_kb: Amount = 1024
    """The largest message that is taken, in KiB."""
    max_batch_readings: Amount = 100_000
    """The most readings that one message may hold."""
    four_eyes: Switch = False
    """Whether a profile is approved, and a hold decided about, by two people only."""
    audit_head_file: Place | None = None
    """A file that the head of the audit chain is appended to once a day, kept out of our reach."""
    audit_head_mqtt: Switch = False
    """Whether the head of the audit chain is published by MQTT once a day."""
    metrics_host: Text = "127.0.0.1"
    """Where a worker's metrics can be read."""
    metrics_port: Port | None = None
    """Their TCP port; no metrics are served when not given."""
    var: Place | None = None
    """The folder for state; `var` in the checkout when not given."""
    postgres_binaries: Place | None = None
    """A folder with initdb and postgres (15 to 18), instead of the ones installed with Coldbind."""
    log_format: LogFormat = "auto"
    """Log lines for people or for machines; auto decides by whether a terminal reads them."""
    log_level: LogLevel = "info"
    """What is worth a log line."""

    @property
    def uses_tls(self) -> bool:
        """Whether the broker is spoken to over TLS."""
        return self.mqtt_url is not None and parse_broker(self.mqtt_url.reveal()).tls


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings in `environment`, this process's own when None.

    `SettingsError` names every variable that cannot be used, and never its value.
    """
    told = os.environ if environment is None else environment
    values: dict[str, object] = {}
    faults: list[str] = []
    for field in msgspec.structs.fields(Settings):
        variable = _PREFIX + field.name.upper()
        if variable in told:
            try:
                values[field.name] = _understood(told[variable], field.type)
            except ValueError as fault:
                faults.append(f"{variable}: {fault}")
    if faults:
        raise SettingsError(faults)
    settings = msgspec.structs.replace(Settings(), **values)
    if faults := _contradictions(settings):
        raise SettingsError(faults)
    return settings


def state_folder(settings: Settings) -> VarFolder:
    """Where state is kept on this machine."""
    return VarFolder(settings.var.expanduser().absolute()) if settings.var else var_folder()


def without_secrets(text: str) -> str:
    """`text` without the passwords of this process's settings, also of those that cannot be used."""
    urls = (os.environ.get(_PREFIX + name, "") for name in ("DATABASE_URL", "MQTT_URL"))
    return without(set[str]().union(*map(words_of, urls)), text)


def _understood(text: str, kind: Any) -> object:
    """The value that `text` writes; `ValueError` with what to write instead."""
    parts = get_args(kind)
    if NoneType in parts:  # a variable that is there has a value: "null" is not one
        kind, parts = parts[0], get_args(parts[0])
    try:
        return msgspec.convert(text, kind, strict=False, dec_hook=_made)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, ValueError):
            raise error.__cause__ from None
        (meaning,) = [part for part in parts if isinstance(part, Meta)]
        raise ValueError(f"write {meaning.description}") from None


def _made(kind: type[Any], text: Any) -> object:
    if kind is Path and not text:
        raise ValueError("it is empty: write a path, or leave the variable out")
    assert issubclass(kind, Path | Secret), f"msgspec makes every other kind, and {kind} is none"
    return kind(text)


def _contradictions(settings: Settings) -> list[str]:
    """Settings that say something only together with another one."""
    faults: list[str] = []
    files = {
        "MQTT_CA": settings.mqtt_ca,
        "MQTT_CERT": settings.mqtt_cert,
        "MQTT_KEY": settings.mqtt_key,
    }
    given = [_PREFIX + name for name, file in files.items() if file is not None]
    if given and not settings.uses_tls:
        faults.append(f"{given[0]}: it is for TLS only; COLDBIND_MQTT_URL must begin with mqtts://")
    if (settings.mqtt_cert is None) != (settings.mqtt_key is None):
        faults.append("COLDBIND_MQTT_CERT, COLDBIND_MQTT_KEY: a certificate and its key go together")
    return faults

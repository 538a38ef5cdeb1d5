"""TLS to the broker: whom we trust, who we are, and what a refusal means in words.

OpenSSL names its reasons for its authors. Here each becomes a sentence for whoever installs a gateway,
whichever MQTT library was speaking when it happened.
"""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from coldbind.settings import Settings

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

Tell = Callable[[str], object]

_OURS = "the broker refuses our certificate (COLDBIND_MQTT_CERT)"
_THEIRS = "the broker's certificate cannot be trusted"
_ENROL = "coldbind gateway enrol makes a new one"

_REFUSALS = {
    "CERTIFICATE_REQUIRED": "the broker asks for a certificate and we have none: set "
    f"COLDBIND_MQTT_CERT and COLDBIND_MQTT_KEY; {_ENROL}",
    "CERTIFICATE_EXPIRED": f"{_OURS}: it has expired, or a clock is wrong; {_ENROL}",
    "CERTIFICATE_REVOKED": f"{_OURS}: it has been revoked; {_ENROL}",
    "UNKNOWN_CA": f"{_OURS}: it was signed by an authority that the broker does not know",
    "BAD_CERTIFICATE": f"{_OURS}: it cannot be used there; {_ENROL}",
    "CERTIFICATE_UNKNOWN": f"{_OURS}: it is not known there; {_ENROL}",
    "UNSUPPORTED_CERTIFICATE": f"{_OURS}: it is not made for a client; {_ENROL}",
    "ACCESS_DENIED": f"{_OURS}: it may not connect",
    "DECRYPT_ERROR": f"{_OURS}: its key does not fit",
    "HANDSHAKE_FAILURE": "the broker refuses the TLS handshake: is a certificate of ours missing "
    "(COLDBIND_MQTT_CERT)?",
    "WRONG_VERSION_NUMBER": "no TLS is spoken at this port: use the broker's TLS port, usually 8883, "
    "or mqtt:// without TLS",
    "PROTOCOL_VERSION": "the broker speaks no TLS 1.2 or newer",
}
"""The end of OpenSSL's reason, and what it means for us. It prefixes them by the version of TLS."""


_NO_FAILURE = (ssl.SSLWantReadError, ssl.SSLWantWriteError, ssl.SSLEOFError, ssl.SSLZeroReturnError)


class BrokerTls(ssl.SSLContext):
    """A client's context whose connections fail with sentences; `tell` hears each new one once.

    Some MQTT libraries swallow the error of a connection that is refused after its handshake, which is
    when TLS 1.3 refuses a client's certificate; so the socket itself speaks up.
    """

    tell: Tell | None = None
    _told = ""

    def explain(self, error: ssl.SSLError) -> ssl.SSLError:
        """The same failure in words."""
        sentence = meaning(error)
        if sentence != self._told and self.tell is not None:
            self.tell(sentence)
        self._told = sentence
        return ssl.SSLError(error.errno, sentence)


class _ExplainingSocket(ssl.SSLSocket):
    """Raises failures of TLS in words."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except _NO_FAILURE:
            raise
        except ssl.SSLError as error:
            raise _explained(self.context, error) from error

    def send(self, data: "ReadableBuffer", flags: int = 0) -> int:
        try:
            return super().send(data, flags)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except OSError:
            self._hear_last_words()
            raise

    def _hear_last_words(self) -> None:
        """Raise what the other side said before it closed the connection that we still write to."""
        try:
            self.recv(1)
        except _NO_FAILURE:
            return

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        try:
            return super().recv(buflen, flags)
        except _NO_FAILURE:
            raise
        except ssl.SSLError as error:
            raise _explained(self.context, error) from error


def broker_tls(settings: Settings, tell: Tell | None = None) -> BrokerTls | None:
    """The context for the broker of `settings`; None when it is spoken to without TLS.

    `ValueError` names the file that cannot be used.
    """
    if not settings.uses_tls:
        return None
    context = BrokerTls(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = _ExplainingSocket
    context.tell = tell
    if settings.mqtt_ca is None:
        context.load_default_certs()
    else:
        _trust(context, settings.mqtt_ca)
    if settings.mqtt_cert is not None and settings.mqtt_key is not None:
        _introduce(context, settings.mqtt_cert, settings.mqtt_key)
    return context


def meaning(error: ssl.SSLError) -> str:
    """What a failure of TLS means for whoever installed this."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{_THEIRS} ({error.verify_message.rstrip('.')}): " + _advice(error.verify_message)
    reason = error.reason or ""
    for end, sentence in _REFUSALS.items():
        if reason.endswith(end):
            return sentence
    return f"TLS failed ({reason.lower().replace('_', ' ') or error})"


def _advice(complaint: str) -> str:
    if "expired" in complaint or "not yet valid" in complaint:
        return "renew it, or set the clock of this machine"
    if "match" in complaint or "mismatch" in complaint:
        return "name the broker in COLDBIND_MQTT_URL as in its certificate"
    return "COLDBIND_MQTT_CA must name the certificate of the authority that signed it"


def _explained(context: ssl.SSLContext, error: ssl.SSLError) -> ssl.SSLError:
    return context.explain(error) if isinstance(context, BrokerTls) else error


def _trust(context: ssl.SSLContext, authority: Path) -> None:
    try:
        context.load_verify_locations(authority)
    except ssl.SSLError as error:
        raise ValueError(f"COLDBIND_MQTT_CA: {authority} holds no certificate in PEM form") from error
    except OSError as error:
        raise ValueError(f"COLDBIND_MQTT_CA: {authority} cannot be read ({error.strerror})") from error


def _introduce(context: ssl.SSLContext, certificate: Path, key: Path) -> None:
    for name, file in (("CERT", certificate), ("KEY", key)):
        try:
            file.read_bytes()
        except OSError as error:
            why = error.strerror
            raise ValueError(f"COLDBIND_MQTT_{name}: {file} cannot be read ({why})") from error

    def ask_nobody() -> str:
        raise ValueError(
            f"COLDBIND_MQTT_KEY: {key} asks for a passphrase, and nobody is there to say it"
        )

    try:
        context.load_cert_chain(certificate, key, ask_nobody)
    except ssl.SSLError as error:
        raise ValueError(
            f"COLDBIND_MQTT_CERT, COLDBIND_MQTT_KEY: {certificate} and {key} are no certificate and "
            "its key in PEM form"
        ) from error

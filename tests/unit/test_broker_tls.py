"""Files for TLS that cannot be used, and OpenSSL's reasons in words."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from coldbind.enrolment.authority import Authority
from coldbind.settings import Settings, read_settings
from coldbind.tls import broker_tls, meaning

NOW = datetime.now(UTC)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    authority = Authority.made("test", NOW)
    made, other = authority.client("berlin/dock", 1, NOW), authority.client("berlin/gate", 1, NOW)
    key = serialization.load_pem_private_key(other.key, None)
    locked = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"word"),
    )
    texts = {
        "ca": authority.text,
        "cert": made.certificate,
        "key": made.key,
        "other": other.key,
        "locked": locked,
        "nonsense": b"nonsense",
    }
    for name, text in texts.items():
        (tmp_path / name).write_bytes(text)
    return {name: tmp_path / name for name in texts} | {"missing": tmp_path / "missing"}


def settings(**files: Path) -> Settings:
    told = {f"COLDBIND_MQTT_{name.upper()}": str(file) for name, file in files.items()}
    return read_settings({"COLDBIND_MQTT_URL": "mqtts://broker"} | told)


def test_without_tls_there_is_no_context() -> None:
    assert broker_tls(read_settings({"COLDBIND_MQTT_URL": "mqtt://broker"})) is None
    assert broker_tls(read_settings({})) is None


def test_the_broker_is_always_checked(files: dict[str, Path]) -> None:
    for told in (settings(), settings(ca=files["ca"], cert=files["cert"], key=files["key"])):
        context = broker_tls(told)
        assert context is not None
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
        assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize(
    ("ca", "cert", "key", "words"),
    [
        ("missing", "cert", "key", "COLDBIND_MQTT_CA: .*missing cannot be read .No such file"),
        ("nonsense", "cert", "key", "COLDBIND_MQTT_CA: .* holds no certificate in PEM form"),
        ("ca", "missing", "key", "COLDBIND_MQTT_CERT: .* cannot be read"),
        ("ca", "cert", "missing", "COLDBIND_MQTT_KEY: .* cannot be read"),
        ("ca", "cert", "other", "are no certificate and its key"),
        ("ca", "nonsense", "key", "are no certificate and its key"),
        ("ca", "cert", "locked", "asks for a passphrase"),
    ],
)
def test_files_that_cannot_be_used_are_named(
    files: dict[str, Path], ca: str, cert: str, key: str, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        broker_tls(settings(ca=files[ca], cert=files[cert], key=files[key]))


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("TLSV13_ALERT_CERTIFICATE_REQUIRED", "asks for a certificate and we have none"),
        ("SSLV3_ALERT_CERTIFICATE_EXPIRED", "it has expired"),
        ("SSLV3_ALERT_CERTIFICATE_REVOKED", "it has been revoked"),
        ("TLSV1_ALERT_UNKNOWN_CA", "an authority that the broker does not know"),
        ("WRONG_VERSION_NUMBER", "no TLS is spoken at this port"),
        ("SOMETHING_NEW", "TLS failed (something new)"),
    ],
)
def test_reasons_become_sentences(reason: str, words: str) -> None:
    error = ssl.SSLError(1, "words of OpenSSL")
    error.reason = reason
    assert words in meaning(error)

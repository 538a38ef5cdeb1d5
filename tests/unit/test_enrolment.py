"""The authority's papers by OpenSSL's own judgement, the broker's texts, and who is registered."""

import base64
import hashlib
import ssl
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

import pytest
from cryptography import x509

from coldbind.enrolment.authority import Authority, Credential
from coldbind.enrolment.handing_out import settings_text
from coldbind.enrolment.mosquitto import configuration, limits, password_line
from coldbind.enrolment.register import Enrolled, register
from coldbind.settings import read_settings
from kernel.refusal import Refusal
from wire.broker import Broker

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def paper(user: str, serial: str = "a1", days: int = 10) -> Enrolled:
    return Enrolled(
        user=user,
        kind="certificate",
        enrolled_at=NOW,
        by="anna",
        serial=serial,
        expires_at=NOW + timedelta(days=days),
    )


def context(purpose: int, authority: Authority, paper: Credential, folder: Path) -> ssl.SSLContext:
    """A strict judge of the other side's paper, which shows its own."""
    made = ssl.SSLContext(purpose)
    made.verify_mode = ssl.CERT_REQUIRED
    made.verify_flags |= ssl.VERIFY_X509_STRICT
    made.load_verify_locations(cadata=authority.text.decode())
    (folder / "paper.pem").write_bytes(paper.certificate + paper.key)
    made.load_cert_chain(folder / "paper.pem")
    return made


def shake_hands(server: ssl.SSLContext, client: ssl.SSLContext, host: str) -> None:
    """A whole handshake in memory; `ssl.SSLError` when either side is not content."""
    one, other = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = [
        client.wrap_bio(one, other, server_hostname=host),
        server.wrap_bio(other, one, server_side=True),
    ]
    for _ in range(4):
        for side in sides:
            with suppress(ssl.SSLWantReadError):
                side.do_handshake()
    assert all(side.version() == "TLSv1.3" for side in sides)


def test_papers_hold_before_a_strict_judge(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    authority = Authority.made("test", now)
    gateway = authority.client("berlin/dock", 30, now)
    broker = authority.server(["broker.example", "10.0.0.7"], 30, now)
    server = context(ssl.PROTOCOL_TLS_SERVER, authority, broker, tmp_path)
    client = context(ssl.PROTOCOL_TLS_CLIENT, authority, gateway, tmp_path)
    for host in ("broker.example", "10.0.0.7"):
        shake_hands(server, client, host)
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        shake_hands(server, client, "other.example")
    wrong = context(ssl.PROTOCOL_TLS_CLIENT, authority, broker, tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError, match="purpose"):
        shake_hands(server, wrong, "broker.example")
    for revoked in ([], [(gateway.serial, now)]):
        (tmp_path / "crl.pem").write_bytes(authority.revocations(revoked, now))
        judge = context(ssl.PROTOCOL_TLS_SERVER, authority, broker, tmp_path)
        judge.load_verify_locations(tmp_path / "crl.pem")
        judge.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
        if revoked:
            with pytest.raises(ssl.SSLCertVerificationError, match="revoked"):
                shake_hands(judge, client, "broker.example")
        else:
            shake_hands(judge, client, "broker.example")


def test_nothing_outlives_its_authority_and_names_are_in_place() -> None:
    authority = Authority.made("test", NOW)
    long = authority.client("berlin/dock", 365 * 100, NOW)
    assert long.expires_at == x509.load_pem_x509_certificate(authority.text).not_valid_after_utc
    assert x509.load_pem_x509_certificate(long.certificate).subject.rfc4514_string() == "CN=berlin/dock"
    server = x509.load_pem_x509_certificate(authority.server(["h", "10.0.0.7"], 1, NOW).certificate)
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(name.value) for name in names} == {"h", "10.0.0.7"}
    assert "PRIVATE" not in repr(long)


def test_an_authority_that_cannot_sign_is_refused(tmp_path: Path) -> None:
    ca, key, leaf = tmp_path / "ca", tmp_path / "key", tmp_path / "leaf"
    authority = Authority.made("test", NOW)
    authority.write(ca, key)
    assert key.stat().st_mode & 0o777 == 0o600
    assert Authority.read(ca, key, NOW).text == authority.text
    made = authority.client("berlin/dock", 30, NOW)
    leaf.write_bytes(made.certificate)
    (tmp_path / "leaf.key").write_bytes(made.key)
    for certificate, secret, words in (
        (ca, tmp_path / "leaf.key", "is not the key of"),
        (leaf, tmp_path / "leaf.key", "is no certificate of an authority"),
        (tmp_path / "none", key, "cannot be read"),
        (key, key, "holds no certificate"),
        (ca, ca, "holds no private key"),
    ):
        with pytest.raises(Refusal, match=words):
            Authority.read(certificate, secret, NOW)
    with pytest.raises(Refusal, match="expired on"):
        Authority.read(ca, key, NOW + timedelta(days=365 * 30))


def test_the_register_remembers_and_ends(tmp_path: Path) -> None:
    with register(tmp_path) as known:
        known.enrolled += [
            paper("berlin/dock"),
            paper("berlin/dock", "b2"),
            paper("berlin/old", "c3", -1),
        ]
    with register(tmp_path) as known:
        assert [one.serial for one in known.standing("berlin/dock", NOW)] == ["a1", "b2"]
        assert known.standing("berlin/old", NOW) == []
        assert len(known.revoke("berlin/dock", NOW)) == 2
    with register(tmp_path) as known:
        assert known.standing("berlin/dock", NOW) == []
        assert known.revoked() == [(0xA1, NOW), (0xB2, NOW)]
    interrupted = register(tmp_path)
    interrupted.__enter__().enrolled.clear()
    assert not interrupted.__exit__(RuntimeError, RuntimeError(), None)
    with register(tmp_path) as known:
        assert len(known.enrolled) == 3
    (tmp_path / "enrolled.json").write_text("{")
    with pytest.raises(Refusal, match=r"enrolled\.json is damaged"), register(tmp_path):
        pass


def test_a_password_line_is_what_mosquitto_computes() -> None:
    line = password_line("berlin/dock", "word", b"0123456789ab")
    user, _, rest = line.partition(":")
    kind, rounds, salt, hashed = rest.removeprefix("$").split("$")
    assert (user, kind, base64.b64decode(salt)) == ("berlin/dock", "7", b"0123456789ab")
    expected = hashlib.pbkdf2_hmac("sha512", b"word", b"0123456789ab", int(rounds))
    assert base64.b64decode(hashed) == expected
    with pytest.raises(ValueError, match="12 bytes"):
        password_line("berlin/dock", "word", b"short")


def test_the_password_port_is_there_only_when_asked_for() -> None:
    folder = PurePosixPath("/etc/mosquitto/coldbind")
    without = configuration(folder, 8883, None, 1024)
    assert "password" not in without
    assert without.count("listener ") == without.count("require_certificate true") == 1
    both = configuration(folder, 8883, 8884, 1024)
    assert "listener 8884" in both
    assert f"password_file {folder}/passwords" in both
    assert both.count("require_certificate true") == 1


def test_settings_name_the_login_in_a_way_every_reader_understands() -> None:
    there = PurePosixPath("/etc/cold bind")
    certificate = settings_text("x", Broker("::1", 8883, None, None, tls=True), there, {})
    assert "COLDBIND_MQTT_URL='mqtts://[::1]:8883'" in certificate
    assert "COLDBIND_MQTT_KEY='/etc/cold bind/client.key'" in certificate
    word = settings_text("x", Broker("h", 8884, "a/b", "p/w:@", tls=True), there, {})
    assert "COLDBIND_MQTT_URL=mqtts://a%2Fb:p%2Fw%3A%40@h:8884" in word
    assert "MQTT_CERT" not in word


def test_the_shipped_configuration_has_the_limits_of_the_written_one() -> None:
    shipped = (ROOT / "deploy" / "mosquitto.conf").read_text("utf-8").splitlines()
    for line in limits(read_settings({}).max_payload_kb * 1024):
        assert line in shipped

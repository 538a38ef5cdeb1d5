"""The installation's certificate authority: signs who may speak to the broker, and who no longer may.

Keys are EC P-256, made on this machine and never kept: whoever is enrolled takes the only copy away.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kernel.refusal import Refusal
from storage.ownership import write_secret

LONGEST_NAME = 64
"""Characters in a certificate's common name, by its standard."""

_AUTHORITY_YEARS = 20
_CLOCKS_DIFFER = timedelta(days=1)
"""A device without a clock battery begins the day a little early."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A certificate and its private key, both PEM."""

    serial: int
    expires_at: datetime
    certificate: bytes
    key: bytes = field(repr=False)


class Authority:
    """Signs with the key of `certificate`."""

    def __init__(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        self._certificate = certificate
        self._key = key

    @classmethod
    def made(cls, name: str, now: datetime) -> Self:
        """A new authority, which trusts nobody but itself."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _named(name)
        signed = (
            _certificate(subject, subject, key, now, now + timedelta(days=365 * _AUTHORITY_YEARS))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs=True), critical=True)
            .sign(key, hashes.SHA256())
        )
        return cls(signed, key)

    @classmethod
    def read(cls, certificate: Path, key: Path, now: datetime) -> Self:
        """The authority in two PEM files; `Refusal` when they are none, or it has expired."""
        signed, secret = read_certificate(certificate), _read_key(key)
        if signed.public_key() != secret.public_key():
            raise Refusal(f"{key} is not the key of {certificate}: give the two that belong together")
        if not _may_sign(signed):
            raise Refusal(f"{certificate} is no certificate of an authority: it may not sign others")
        if signed.not_valid_after_utc <= now:
            raise Refusal(f"{certificate} expired on {signed.not_valid_after_utc:%Y-%m-%d}")
        return cls(signed, secret)

    def write(self, certificate: Path, key: Path) -> None:
        """Keep it in two files that only this user may read."""
        write_secret(key, _key_text(self._key).decode())
        write_secret(certificate, self.text.decode())

    @property
    def text(self) -> bytes:
        """The certificate in PEM form: what others need to trust those it signed."""
        return self._certificate.public_bytes(serialization.Encoding.PEM)

    def client(self, name: str, days: int, now: datetime) -> Credential:
        """A credential with which `name` introduces itself to the broker."""
        return self._issue(name, days, now, ExtendedKeyUsageOID.CLIENT_AUTH)

    def server(self, hosts: Sequence[str], days: int, now: datetime) -> Credential:
        """A credential for the broker that is called by any of `hosts`, names or addresses."""
        alternatives = x509.SubjectAlternativeName([_host(host) for host in hosts])
        name = hosts[0][:LONGEST_NAME]
        return self._issue(name, days, now, ExtendedKeyUsageOID.SERVER_AUTH, alternatives)

    def revocations(self, revoked: Iterable[tuple[int, datetime]], now: datetime) -> bytes:
        """The list of certificates that count no longer, PEM.

        It stays valid as long as the authority: a broker takes nobody in after its list has expired.
        """
        made = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self._certificate.subject)
            .last_update(now - _CLOCKS_DIFFER)
            .next_update(self._certificate.not_valid_after_utc)
            .add_extension(self._signer(), critical=False)
            .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
        )
        for serial, at in revoked:
            one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at)
            made = made.add_revoked_certificate(one.build())
        return made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def _issue(
        self,
        name: str,
        days: int,
        now: datetime,
        purpose: x509.ObjectIdentifier,
        alternatives: x509.SubjectAlternativeName | None = None,
    ) -> Credential:
        key = ec.generate_private_key(ec.SECP256R1())
        expires = min(now + timedelta(days=days), self._certificate.not_valid_after_utc)
        builder = (
            _certificate(_named(name), self._certificate.subject, key, now, expires)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .add_extension(self._signer(), critical=False)
        )
        if alternatives is not None:
            builder = builder.add_extension(alternatives, critical=False)
        signed = builder.sign(self._key, hashes.SHA256())
        text = signed.public_bytes(serialization.Encoding.PEM)
        return Credential(signed.serial_number, signed.not_valid_after_utc, text, _key_text(key))

    def _signer(self) -> x509.AuthorityKeyIdentifier:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())


def read_certificate(file: Path) -> x509.Certificate:
    """The first certificate in a PEM file; `Refusal` when there is none."""
    try:
        return x509.load_pem_x509_certificate(file.read_bytes())
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise Refusal(f"{file} holds no certificate in PEM form") from error


def _read_key(file: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError) as error:  # TypeError: it asks for a passphrase
        raise Refusal(f"{file} holds no private key in PEM form without a passphrase") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Refusal(f"{file} is no elliptic-curve key: give an authority with an EC key")
    return key


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    expires: datetime,
) -> x509.CertificateBuilder:
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_DIFFER)
        .not_valid_after(expires)
        .add_extension(identifier, critical=False)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _key_text(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )

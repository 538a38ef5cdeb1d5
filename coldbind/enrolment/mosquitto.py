"""A Mosquitto configuration as texts: who may connect, say and hear what, and no limit that loses.

A login is called SITE/GATEWAY, so one pattern with its name gives every gateway its own branch of the
topics and the list of permissions never changes when a gateway is enrolled.
"""

import base64
import hashlib
from pathlib import PurePosixPath

from wire.topics import AUDIT_HEAD, PREFIX

CENTRE = "centre"
"""The login of ingest; a gateway's has a slash, so nobody else is called so."""
MARK = "# Written by coldbind broker config."
"""How a file begins that may be written again."""
DOCTOR = "doctor"
"""The last level of the topics where `coldbind doctor` hears itself."""

LIMITS = {
    "max_queued_messages": 0,
    "max_queued_bytes": 0,
    "max_inflight_messages": 1000,
    "max_inflight_bytes": 0,
}
"""0 lifts a limit. Mosquitto's defaults drop acknowledged messages when 1 000 are queued already."""

_ROOM = 4
"""The broker takes what is somewhat too large, so that ingest parks it with a reason.

Who sends more is disconnected; message_size_limit would acknowledge the message and drop it.
"""
_HASH_ROUNDS = 101
SALT_BYTES = 12


def configuration(
    folder: PurePosixPath, port: int, password_port: int | None, largest_payload: int
) -> str:
    """mosquitto.conf, for files that lie in `folder` and messages of up to `largest_payload` bytes.

    `port` takes logins by certificate, `password_port`, when there is one, those by password.
    """
    parts = [
        f"{MARK} It is overwritten: your own lines go into a .conf file in {folder / 'local.d'}",
        "allow_anonymous false",
        f"acl_file {folder / 'acl'}",
        *([f"password_file {folder / 'passwords'}"] if password_port else []),
        "",
        "# a certificate of our authority is the login; its name is the user",
        *_tls_listener(port, folder),
        "require_certificate true",
        "use_identity_as_username true",
        f"crlfile {folder / 'crl.pem'}",
        "",
    ]
    if password_port:
        parts += ["# user and password", *_tls_listener(password_port, folder), ""]
    parts += [
        "# what is queued survives a restart, and nothing is dropped because a queue is full",
        "persistence true",
        f"persistence_location {folder / 'data'}/",
        "autosave_interval 30",
        *limits(largest_payload),
        "",
        "log_dest stderr",
        "log_type error",
        "log_type warning",
        "log_type notice",
        "",
        f"include_dir {folder / 'local.d'}",
        "",
    ]
    return "\n".join(parts)


def limits(largest_payload: int) -> list[str]:
    """The lines that lift and set limits."""
    return [
        *(f"{name} {value}" for name, value in LIMITS.items()),
        f"max_packet_size {_ROOM * largest_payload}",
    ]


def permissions() -> str:
    """The ACL file: each gateway its own branch, the centre what it stores and confirms."""
    return "\n".join(
        [
            MARK,
            "# ingest takes what comes, in any format; confirms; asks Sparkplug nodes for a rebirth",
            f"user {CENTRE}",
            "topic read #",
            f"topic write {PREFIX}/+/+/ack",
            "topic write spBv1.0/+/NCMD/+",
            f"topic write {AUDIT_HEAD}",
            f"topic readwrite {PREFIX}/+/+/{DOCTOR}",
            "",
            "# a gateway, whose user is SITE/GATEWAY, speaks under its own name only",
            f"pattern write {PREFIX}/%u/#",
            f"pattern read {PREFIX}/%u/ack",
            f"pattern read {PREFIX}/%u/{DOCTOR}",
            "",
        ]
    )


def password_line(user: str, password: str, salt: bytes) -> str:
    """A line of the password file: PBKDF2 with SHA-512, as mosquitto_passwd writes it.

    Our passwords are long random words, so the number of rounds adds nothing.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"Mosquitto reads salts of {SALT_BYTES} bytes only")
    hashed = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _HASH_ROUNDS)
    words = (base64.b64encode(part).decode() for part in (salt, hashed))
    return f"{user}:$7${_HASH_ROUNDS}${'$'.join(words)}"


def _tls_listener(port: int, folder: PurePosixPath) -> list[str]:
    return [
        f"listener {port}",
        f"cafile {folder / 'ca.crt'}",
        f"certfile {folder / 'server.crt'}",
        f"keyfile {folder / 'server.key'}",
    ]

"""What an enrolled machine takes away: its files, readable by one user, and settings that name them."""

import os
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from kernel.refusal import Refusal
from storage.ownership import write_secret
from storage.server_errors import explained
from wire.broker import Broker

CA, CERTIFICATE, KEY = "ca.crt", "client.crt", "client.key"
SETTINGS = "coldbind.env"


def prepare(folder: Path, names: Iterable[str], *, force: bool) -> None:
    """Make `folder` for files of these `names`.

    `Refusal` when one of them is there and `force` is not given; `NotPermitted` when it cannot be made.
    """
    for name in names:
        if (folder / name).exists() and not force:
            raise Refusal(
                f"{folder / name} is there already: choose another folder with --out, or replace it "
                "with --force"
            )
    with explained(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_files(folder: Path, texts: Mapping[str, bytes | str]) -> None:
    """Write `texts` by file name, each for the owner of `folder` alone."""
    with explained(folder):
        for name, text in texts.items():
            write_secret(folder / name, text if isinstance(text, str) else text.decode())
            hand_over(folder / name)


def hand_over(file: Path) -> None:
    """Give `file` to whom its folder belongs: root prepares what another user will read."""
    if os.getuid() == 0:
        owner = file.parent.stat()
        os.chown(file, owner.st_uid, owner.st_gid)


def settings_text(comment: str, broker: Broker, folder: PurePosixPath, more: Mapping[str, str]) -> str:
    """An environment file for `coldbind run`: for a shell, for systemd and for containers.

    With a password in `broker` that is the login, otherwise the certificate in `folder`.
    """
    host = f"[{broker.host}]" if ":" in broker.host else broker.host
    login = ""
    if broker.password is not None:
        login = f"{quote(broker.username or '', safe='')}:{quote(broker.password, safe='')}@"
    told = dict(more)
    told["COLDBIND_MQTT_URL"] = f"mqtts://{login}{host}:{broker.port}"
    told["COLDBIND_MQTT_CA"] = str(folder / CA)
    if broker.password is None:
        told["COLDBIND_MQTT_CERT"] = str(folder / CERTIFICATE)
        told["COLDBIND_MQTT_KEY"] = str(folder / KEY)
    lines = [f"{name}={shlex.quote(value)}" for name, value in told.items()]
    return "\n".join([f"# {comment}", *lines, ""])

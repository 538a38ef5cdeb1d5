"""Where Coldbind keeps its state on this machine: one folder, one place for each thing.

`COLDBIND_VAR` names it; otherwise it is `var` in the checkout, or in the current folder when Coldbind
is installed as a package.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from storage.server_errors import explained

VARIABLE = "COLDBIND_VAR"


@dataclass(frozen=True, slots=True)
class VarFolder:
    """The state below `root`. Asking for a place makes its folder, which others may not list."""

    root: Path

    @property
    def postgres(self) -> Path:
        """The embedded PostgreSQL."""
        return self._made("postgres")

    @property
    def broker(self) -> Path:
        """The embedded MQTT broker."""
        return self._made("broker")

    @property
    def demo(self) -> Path:
        """What the demo writes: its result, its own servers."""
        return self._made("demo")

    @property
    def test(self) -> Path:
        """The servers of the test suite."""
        return self._made("test")

    @property
    def timescale(self) -> Path:
        """The Debian with TimescaleDB that `make timescale` installs."""
        return self._made("timescale")

    @property
    def spool(self) -> Path:
        """Gateways' spools: readings that the centre has not confirmed yet."""
        return self._made("spool")

    @property
    def run(self) -> Path:
        """Records of running processes."""
        return self._made("run")

    @property
    def authority(self) -> Path:
        """The installation's certificate authority; nobody else may even look inside."""
        return self._made("authority", 0o700)

    def _made(self, name: str, mode: int = 0o711) -> Path:
        """The folder `name`; raises `NotPermitted` or `DiskFull` when it cannot be made."""
        folder = self.root / name
        with explained(folder):
            self.root.mkdir(parents=True, exist_ok=True)
            folder.mkdir(mode=mode, exist_ok=True)  # unprivileged servers pass through
        return folder


def var_folder() -> VarFolder:
    """The folder for this process, by `COLDBIND_VAR` or by where the code lies."""
    if named := os.environ.get(VARIABLE):
        return VarFolder(Path(named).expanduser().absolute())
    checkout = Path(__file__).resolve().parent.parent
    is_checkout = (checkout / "pyproject.toml").is_file()
    return VarFolder((checkout if is_checkout else Path.cwd()) / "var")

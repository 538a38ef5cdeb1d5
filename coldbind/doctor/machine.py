"""This machine: room on its disk, its clock, the gateway's spool, the metrics of its workers."""

import ctypes
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from coldbind.doctor import metrics
from coldbind.doctor.check import Check
from coldbind.settings import Settings, state_folder

_LEAST_FREE = 2 * 2**30
_MIB = 2**20
_NEARLY_FULL = 0.9
_YEARS = range(2025, 2100)
_NOT_SYNCHRONISED = 5
_ROOM_FOR_TIMEX = 512


def examine(settings: Settings) -> list[Check]:
    """Every check of this machine."""
    checks = [_disk(state_folder(settings).root), clock(datetime.now(UTC))]
    name = f"{settings.site}-{settings.gateway}.sqlite"
    spool = state_folder(settings).root / "spool" / name
    if spool.exists():
        checks.append(_spool(spool, settings.spool_mb))
    if settings.metrics_port:
        checks += metrics.examine(settings.metrics_host, settings.metrics_port)
    return checks


def clock(now: datetime) -> Check:
    """Whether `now` can be true: a machine without a clock battery begins in 1970."""
    seen = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    if now.year not in _YEARS:
        return Check("clock", ok=False, answer=f"{seen} cannot be: set it, and let chrony keep it")
    kept = "" if _is_synchronised() else ", kept by nobody that the kernel knows: chrony would"
    return Check("clock", ok=True, answer=seen + kept)


def _is_synchronised() -> bool:
    """What the kernel says; True where it cannot be asked."""
    if sys.platform != "linux":
        return True
    adjtimex = getattr(ctypes.CDLL(None), "adjtimex", None)
    buffer = ctypes.create_string_buffer(_ROOM_FOR_TIMEX)  # struct timex, all zero: only a question
    return adjtimex is None or adjtimex(buffer) != _NOT_SYNCHRONISED


def _disk(folder: Path) -> Check:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    ok = free > _LEAST_FREE
    advice = "" if ok else ": free some before the spool and the database stop"
    return Check("disk", ok, f"{free / 2**30:.1f} GiB free at {existing}{advice}")


def _spool(file: Path, limit: int) -> Check:
    parts = (file, file.with_name(f"{file.name}-wal"))
    size = sum(part.stat().st_size for part in parts if part.exists()) / _MIB
    ok = size < _NEARLY_FULL * limit
    advice = "" if ok else ": bring back the link to the centre, or give it room with COLDBIND_SPOOL_MB"
    return Check("spool", ok, f"{size:.1f} of {limit} MiB at {file}{advice}")

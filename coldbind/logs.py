"""Logs: one structured line an event, for people on a terminal and as JSON everywhere else.

Every way out of a process (our lines, libraries' lines, the traceback of a bug) takes the same form and
leaves out passwords.
"""

import json
import logging
import sys
import threading
from types import TracebackType
from typing import TYPE_CHECKING

import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

from coldbind.settings import Settings, without_secrets

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_BUG = "a bug, please report it"

_log = structlog.stdlib.get_logger()


def configure_logs(settings: Settings, worker: str) -> None:
    """Send log lines of this process to stderr, each with the name of the `worker`."""
    as_json = _as_json(settings)
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _of(worker),
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _rendered(as_json=as_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    quiet_libraries()
    _listen_to_libraries(logging.DEBUG if level == logging.DEBUG else logging.WARNING)
    sys.excepthook = _tell_bug
    sys.unraisablehook = _tell_unraisable
    threading.excepthook = _tell_bug_of_thread


def quiet_libraries() -> None:
    """Libraries whose complaints we put into our own words say nothing themselves."""
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)


def last_word(settings: Settings, worker: str, text: str) -> None:
    """Say why the `worker` ends: for people in one plain sentence."""
    if _as_json(settings):
        _log.critical(text)
    else:
        sys.stderr.write(f"coldbind {worker}: {without_secrets(text)}\n")


def sentence(line: str) -> str:
    """What a log line says, for a person: of a structured one its event alone."""
    try:
        return str(json.loads(line)["event"])
    except (ValueError, TypeError, KeyError):
        return line


def _as_json(settings: Settings) -> bool:
    return settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())


def _of(worker: str) -> Processor:
    """The worker's name in every line, whichever thread it comes from."""

    def named(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        return {"worker": worker, **event}

    return named


def _rendered(*, as_json: bool) -> Processor:
    renderer: Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    )

    def render(logger: WrappedLogger, method: str, event: EventDict) -> str:
        return without_secrets(str(renderer(logger, method, event)))

    return render


class _Retold(logging.Handler):
    """What a library logs, as one of our own lines."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say it at the record's level, with its traceback if it has one."""
        told: dict[str, ExcInfo] = {}
        if record.exc_info and record.exc_info[0] is not None:
            told["exc_info"] = record.exc_info
        try:
            message = record.getMessage()
        except (TypeError, ValueError):  # the library's words and their arguments do not fit
            message = str(record.msg)
        level = min(max(record.levelno // 10 * 10, logging.DEBUG), logging.CRITICAL)
        _log.log(level, message, library=record.name, **told)


def _listen_to_libraries(level: int) -> None:
    logging.captureWarnings(True)
    logging.basicConfig(level=level, handlers=[_Retold()], force=True)


def _tell_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _log.critical(_BUG, exc_info=(kind, error, trace))


def _tell_bug_of_thread(happened: threading.ExceptHookArgs) -> None:
    if happened.exc_value is not None and happened.exc_type is not SystemExit:
        _tell_bug(happened.exc_type, happened.exc_value, happened.exc_traceback)


def _tell_unraisable(happened: "UnraisableHookArgs") -> None:
    if happened.exc_value is not None:
        _tell_bug(happened.exc_type, happened.exc_value, happened.exc_traceback)

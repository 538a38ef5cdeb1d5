"""Logs: one structured line an event, for people on a terminal and as JSON everywhere else."""

import logging
import sys

import structlog

from coldbind.settings import Settings


def configure_logs(settings: Settings, worker: str) -> None:
    """Send log lines of this process to stderr, each with the name of the `worker`."""
    as_json = settings.log_format == "json" or (
        settings.log_format == "auto" and not sys.stderr.isatty()
    )
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(worker=worker)
    quiet_libraries()
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")


def quiet_libraries() -> None:
    """Libraries whose complaints we put into our own words say nothing themselves."""
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)

"""Which decoder serves which topic here: our own topics, and what the file of sources adds."""

from coldbind.settings import Settings
from ingest.core.decode import Decoders
from ingest.core.sources import CONTRACT_SOURCES, Source, parse_sources
from kernel.refusal import Refusal
from kernel.yaml_text import load_yaml


def decoders(settings: Settings) -> Decoders:
    """The decoders that the settings name; `Refusal` says what is wrong with the file of sources."""
    return Decoders(_sources(settings), settings.max_batch_readings)


def _sources(settings: Settings) -> tuple[Source, ...]:
    if settings.sources is None:
        return CONTRACT_SOURCES
    try:
        text = settings.sources.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"the sources file {settings.sources} cannot be read: {error}") from error
    try:
        return parse_sources(load_yaml(text, str(settings.sources)))
    except Refusal as fault:
        raise Refusal(f"{settings.sources}: {fault}") from fault

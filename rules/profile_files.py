"""The profile catalog that comes with Coldbind: one YAML file a profile."""

from importlib.resources import files

import yaml

from kernel.refusal import Refusal
from rules.core.profile import Profile, parse_profile


def catalog() -> list[Profile]:
    """Every profile of the catalog, by name."""
    folder = files("rules") / "catalog"
    return [
        read_profile(entry.read_text(encoding="utf-8"), entry.name)
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".yaml")
    ]


def read_profile(text: str, where: str) -> Profile:
    """The profile in YAML `text`; `Refusal` names the place and what is wrong with it."""
    try:
        loaded = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Refusal(f"profile {where}: {error}") from error
    return parse_profile(loaded, where)

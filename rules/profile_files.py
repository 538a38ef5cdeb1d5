"""The profile catalog that comes with Coldbind: one YAML file a profile."""

from importlib.resources import files

from kernel.yaml_text import load_yaml
from rules.core.profile import Profile
from rules.core.profile_entries import parse_profile


def catalog() -> list[Profile]:
    """Every profile version of the catalog, by name and version."""
    folder = files("rules") / "catalog"
    found = (
        read_profile(entry.read_text(encoding="utf-8"), entry.name)
        for entry in folder.iterdir()
        if entry.name.endswith(".yaml")
    )
    return sorted(found, key=lambda profile: (profile.name, profile.version))


def read_profile(text: str, where: str) -> Profile:
    """The profile in YAML `text`; `Refusal` names the place and what is wrong with it."""
    return parse_profile(load_yaml(text, f"profile {where}"), where)

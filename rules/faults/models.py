"""The catalog of sensor models that comes with Coldbind."""

from functools import cache
from importlib.resources import files

import yaml

from rules.faults.core.limits import Model, parse_models


@cache
def models() -> tuple[Model, ...]:
    """The models in models.yaml, in the order in which they are asked."""
    text = (files("rules.faults") / "models.yaml").read_text(encoding="utf-8")
    return parse_models(yaml.safe_load(text))

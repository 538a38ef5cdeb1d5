"""YAML as people write it: loaded without running anything; a fault is one sentence with its line."""

import yaml

from kernel.refusal import Refusal


def load_yaml(text: str, where: str, loader: type[yaml.SafeLoader] = yaml.SafeLoader) -> object:
    """What the YAML `text` says; `Refusal` names `where`, the line and what is wrong there."""
    try:
        return yaml.load(text, Loader=loader)  # noqa: S506 - every loader here is a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise Refusal(f"{where}: {place}{error.problem or error.context or 'not YAML'}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise Refusal(f"{where}: {' '.join(str(error).split())}") from error

"""Jinja templates with the words of the trade as filters; everything is escaped."""

import re
from datetime import datetime
from functools import cache
from typing import cast
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from dashboards.web import words


def render(template: str, **values: object) -> str:
    """The page in `templates/<template>.html`; a name the template misspells is an error."""
    return _environment().get_template(f"{template}.html").render(**values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("dashboards.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    cast("dict[str, object]", environment.filters).update(_filters())
    cast("dict[str, object]", environment.globals).update(_names())
    return environment


def _filters() -> dict[str, object]:
    """The words a template may put a value into: `value | span`."""
    return {
        "time": _time,
        "clock": words.clock,
        "iso": words.iso,
        "day": words.day,
        "span": words.span,
        "degrees": words.degrees,
        "limit": words.limit,
        "money": words.money,
        "quantity": words.quantity,
        "plain": words.plain,
        "sign": words.sign,
        "lot_path": lot_path,
        "unbroken": _unbroken,
    }


def _names() -> dict[str, object]:
    """The words that a template calls with more than one value."""
    return {"count": words.count}


def lot_path(code: str) -> str:
    """The address of a lot's page on this server."""
    return f"/lots/{quote(code, safe='')}"


def _time(at: datetime) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(words.iso(at), words.clock(at))


def _unbroken(sentence: str) -> Markup:
    """The sentence with its dates kept on one line."""
    parts = re.split(r"(\d{4}-\d\d-\d\d(?:\s\d\d:\d\d)?)", sentence)
    return Markup("").join(
        Markup('<span class="whole">{}</span>').format(part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )

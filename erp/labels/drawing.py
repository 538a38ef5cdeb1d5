"""A label as rectangles and texts in millimetres, which SVG and PDF only write down; codes by zint."""

from dataclasses import dataclass

from zint import InputMode, Symbol, Symbology

from erp.labels.core import Label

WIDTH, HEIGHT = 105.0, 74.0
"""A7 across, mm."""
_MARGIN = 5.0
_MATRIX = 28.0
_BARS = 22.0
_TEXT = 4.2
_SMALL = 2.6


@dataclass(frozen=True, slots=True)
class Box:
    """A black rectangle, in mm from the upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text with its baseline at `y`, `size` mm high."""

    x: float
    y: float
    size: float
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that is drawn."""

    boxes: tuple[Box, ...]
    texts: tuple[Text, ...]


def drawing(label: Label) -> Drawing:
    """The label drawn: DataMatrix and lines side by side, the SSCC as GS1-128 bars below."""
    boxes = _code(Symbology.DATAMATRIX, _bracketed(label.matrix), _MARGIN, _MARGIN, _MATRIX, _MATRIX)
    left = _MARGIN * 2 + _MATRIX
    texts = [
        Text(left, _MARGIN + _TEXT * (1 + number * 1.35), _TEXT, line)
        for number, line in enumerate(label.lines)
    ]
    below = _MARGIN + _MATRIX + _SMALL * 1.6
    texts.append(Text(_MARGIN, below, _SMALL, label.readable))
    if label.sscc is not None:
        top = below + _SMALL
        boxes += _code(Symbology.GS1_128, f"[00]{label.sscc}", _MARGIN, top, WIDTH - 2 * _MARGIN, _BARS)
        texts.append(Text(_MARGIN, top + _BARS + _SMALL * 1.5, _SMALL, f"(00) {label.sscc}"))
    return Drawing(tuple(boxes), tuple(texts))


def _bracketed(elements: tuple[tuple[str, str], ...]) -> str:
    return "".join(f"[{ai}]{value}" for ai, value in elements)


def _code(  # noqa: PLR0917 - a code and the rectangle it fills
    symbology: Symbology, data: str, x: float, y: float, width: float, height: float
) -> list[Box]:
    symbol = Symbol()
    symbol.symbology = symbology
    symbol.input_mode = InputMode.GS1
    symbol.show_hrt = False
    symbol.encode(data)
    symbol.buffer_vector()
    vector = symbol.vector
    assert vector is not None, "it was drawn the line before"
    across, down = width / vector.width, height / vector.height
    return [
        Box(x + one.x * across, y + one.y * down, one.width * across, one.height * down)
        for one in vector.rectangles
    ]

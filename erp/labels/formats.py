"""A label written down: SVG and PDF from the drawing, ZPL for codes that a printer makes itself."""

from html import escape

from erp.labels.core import FIXED, Label
from erp.labels.drawing import HEIGHT, WIDTH, Drawing, drawing

_POINTS = 72 / 25.4
_DOTS = 8
"""A printer of 203 dpi has 8 dots a millimetre."""


def svg(label: Label) -> bytes:
    """The label as an SVG file of its real size."""
    drawn = drawing(label)
    boxes = "".join(
        f'<rect x="{one.x:.3f}" y="{one.y:.3f}" width="{one.width:.3f}" height="{one.height:.3f}"/>'
        for one in drawn.boxes
    )
    texts = "".join(
        f'<text x="{one.x:.2f}" y="{one.y:.2f}" font-size="{one.size:.2f}">{escape(one.text)}</text>'
        for one in drawn.texts
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:g}mm" height="{HEIGHT:g}mm" '
        f'viewBox="0 0 {WIDTH:g} {HEIGHT:g}" font-family="Helvetica, Arial, sans-serif" '
        'shape-rendering="crispEdges"><rect width="100%" height="100%" fill="#fff"/>'
        f"{boxes}{texts}</svg>\n"
    ).encode()


def pdf(label: Label) -> bytes:
    """The label as a PDF page of its real size; letters outside of Latin-1 are shown as ?."""
    content = _page(drawing(label))
    page = f"[0 0 {WIDTH * _POINTS:.2f} {HEIGHT * _POINTS:.2f}]".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox"
        + page
        + b"/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    places: list[int] = []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, table)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def _page(drawn: Drawing) -> bytes:
    parts = [
        f"{one.x * _POINTS:.3f} {(HEIGHT - one.y - one.height) * _POINTS:.3f} "
        f"{one.width * _POINTS:.3f} {one.height * _POINTS:.3f} re"
        for one in drawn.boxes
    ]
    parts.append("f")
    for text in drawn.texts:
        told = text.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        place = f"{text.x * _POINTS:.2f} {(HEIGHT - text.y) * _POINTS:.2f}"
        parts.append(f"BT /F {text.size * _POINTS:.2f} Tf {place} Td ({told}) Tj ET")
    return "\n".join(parts).encode("latin-1", errors="replace")


def zpl(label: Label) -> bytes:
    """The label for a ZPL printer of 203 dpi, which draws the codes itself, as sharp as it can."""
    lines = [
        f"^FO280,{40 + 45 * number}^A0N,34,30^FH\\^FD{_escaped(line)}^FS"
        for number, line in enumerate(label.lines)
    ]
    bars = [] if label.sscc is None else [f"^FO40,350^BY3^BCN,160,Y,N,N,D^FD(00){label.sscc}^FS"]
    return "\n".join(
        [
            "^XA^CI28",
            f"^PW{WIDTH * _DOTS:.0f}^LL{HEIGHT * _DOTS:.0f}",
            f"^FO40,40^BXN,7,200,,,,_,1^FD{_matrix(label)}^FS",
            *lines,
            f"^FO40,300^A0N,20,18^FH\\^FD{_escaped(label.readable)}^FS",
            *bars,
            "^XZ",
            "",
        ]
    ).encode()


def _matrix(label: Label) -> str:
    """The elements with FNC1 (``_1``) at the beginning and after every value without fixed length."""
    told = ["_1"]
    for number, (ai, value) in enumerate(label.matrix, start=1):
        told.append(ai + value.replace("_", "__"))
        if ai not in FIXED and number < len(label.matrix):
            told.append("_1")
    return "".join(told)


def _escaped(text: str) -> str:
    """Signs that are commands to the printer, as their bytes."""
    return "".join(f"\\{ord(sign):02X}" if sign in "^~\\" else sign for sign in text)

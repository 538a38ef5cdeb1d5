"""A GS1 Digital Link as application identifiers: https://id.gs1.org/01/04006381333931/10/AB-77?17=270131."""

from biip import ParseError
from biip.gs1_digital_link_uris import GS1DigitalLinkURI

from kernel.refusal import Refusal


def elements_of_link(link: str) -> list[tuple[str, str]]:
    """Identifier and value of each part of the link; raises `Refusal` when it is no Digital Link."""
    try:
        found = GS1DigitalLinkURI.parse(link)
    except (ParseError, ValueError) as error:
        raise Refusal(f"{link} is no GS1 Digital Link: {_plain(str(error))}") from error
    return [(one.ai.ai, one.value) for one in found.element_strings]


def _plain(fault: str) -> str:
    """The fault without the regular expression that a reader at a dock cannot use."""
    told = fault.partition(" pattern ")[0].rstrip(".")
    return told[:1].lower() + told[1:]

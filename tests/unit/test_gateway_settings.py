"""What a gateway is told, and what it refuses to be told."""

from pathlib import Path

import pytest

from gateway.settings import GatewaySettings
from wire.broker import parse_broker

SECRET = "s3cret/word"
URL = "mqtt://dock:s3cret%2Fword@broker.example:1884"


def settings(
    site: str = "berlin", url: str = URL, port: int = 5683, window: int = 256
) -> GatewaySettings:
    return GatewaySettings(site, "dock-1", "127.0.0.1", port, url, Path("spool.db"), window=window)


def test_a_url_holds_host_port_and_login() -> None:
    broker = parse_broker(URL)
    assert (broker.host, broker.port, broker.username, broker.password, broker.tls) == (
        "broker.example",
        1884,
        "dock",
        SECRET,
        False,
    )


@pytest.mark.parametrize(("url", "port", "tls"), [("mqtt://b", 1883, False), ("mqtts://b", 8883, True)])
def test_the_usual_ports_may_be_left_out(url: str, port: int, tls: bool) -> None:
    broker = parse_broker(url)
    assert (broker.port, broker.tls, broker.username) == (port, tls, None)


@pytest.mark.parametrize(
    "url", ["http://u:s3cret@b:1", "mqtt://u:s3cret@:1883", "mqtt://u:s3cret@b:99999", "s3cret"]
)
def test_a_wrong_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match="mqtt://user:password@host:port") as refusal:
        parse_broker(url)
    assert "s3cret" not in str(refusal.value)


def test_nothing_that_may_be_logged_shows_the_password() -> None:
    shown = f"{settings()!r} {settings().broker!r} {settings().broker}"
    assert "s3cret" not in shown
    assert "broker.example:1884" in shown


def test_topics_follow_the_contract() -> None:
    assert settings().data_topic == "coldbind/v1/berlin/dock-1/data"
    assert settings().ack_topic == "coldbind/v1/berlin/dock-1/ack"


def test_values_that_cannot_work_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be a site or gateway name"):
        settings(site="cold store")
    with pytest.raises(ValueError, match="UDP port 70000"):
        settings(port=70000)
    with pytest.raises(ValueError, match="window is 0"):
        settings(window=0)

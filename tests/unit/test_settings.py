"""What the environment says, what it cannot say, and that nobody reads a password in the answer."""

from pathlib import Path

import pytest

from coldbind.secret import without, words_of
from coldbind.settings import Settings, SettingsError, read_settings, without_secrets

URL = "postgresql://user:s3cret%2Fword@db:5432/coldbind"
MQTT = "mqtts://user:t0p-secret@broker:8883"


def refused(**told: str) -> list[str]:
    with pytest.raises(SettingsError) as refusal:
        read_settings({f"COLDBIND_{name}": value for name, value in told.items()})
    return refusal.value.sentences


def test_without_a_word_everything_has_a_default() -> None:
    assert read_settings({"PATH": "/bin", "COLDBIND_UNKNOWN": "1"}) == Settings()


def test_texts_become_numbers_switches_paths_and_choices() -> None:
    settings = read_settings(
        {
            "COLDBIND_UDP_PORT": "0",
            "COLDBIND_INGEST_ORDERED": "false",
            "COLDBIND_VAR": "/srv/coldbind",
            "COLDBIND_LOG_FORMAT": "json",
            "COLDBIND_METRICS_PORT": "9100",
            "COLDBIND_MQTT_URL": MQTT,
        }
    )
    assert (settings.udp_port, settings.ingest_ordered, settings.metrics_port) == (0, False, 9100)
    assert (settings.var, settings.log_format) == (Path("/srv/coldbind"), "json")
    assert settings.mqtt_url is not None
    assert settings.mqtt_url.reveal() == MQTT
    assert settings.uses_tls


def test_every_fault_is_named_with_what_to_write() -> None:
    assert refused(UDP_PORT="many", LOG_FORMAT="xml", SITE="", VAR="", INGEST_ORDERED="perhaps") == [
        "COLDBIND_SITE: write some text",
        "COLDBIND_UDP_PORT: write a port, a whole number from 0 to 65535",
        "COLDBIND_INGEST_ORDERED: write true or false",
        "COLDBIND_VAR: it is empty: write a path, or leave the variable out",
        "COLDBIND_LOG_FORMAT: write auto, console or json",
    ]


@pytest.mark.parametrize("port", ["-1", "65536", "1e3.5", " 80", "null", "nan", "9" * 400])
def test_a_port_is_a_port(port: str) -> None:
    assert refused(METRICS_PORT=port) == [
        "COLDBIND_METRICS_PORT: write a port, a whole number from 0 to 65535"
    ]


@pytest.mark.parametrize("url", ["", "null", "mysql://u:s3cret@h/d", "s3cret"])
def test_a_wrong_url_is_refused_without_repeating_it(url: str) -> None:
    for name, words in (
        ("DATABASE_URL", "postgresql://user:password@host"),
        ("MQTT_URL", "mqtt://user"),
    ):
        (sentence,) = refused(**{name: url})
        assert sentence.startswith(f"COLDBIND_{name}: ")
        assert words in sentence
        assert "s3cret" not in sentence


def test_files_for_tls_need_tls_and_each_other() -> None:
    assert "must begin with mqtts://" in refused(MQTT_CA="ca.crt")[0]
    assert "must begin with mqtts://" in refused(MQTT_CA="ca.crt", MQTT_URL="mqtt://h")[0]
    assert "go together" in refused(MQTT_CERT="c.crt", MQTT_URL=MQTT)[0]
    assert "go together" in refused(MQTT_KEY="c.key", MQTT_URL=MQTT)[0]


def test_settings_print_no_secret() -> None:
    settings = read_settings({"COLDBIND_DATABASE_URL": URL, "COLDBIND_MQTT_URL": MQTT})
    shown = (
        f"{settings!r} {settings} {settings.mqtt_url} {settings.database_url!r} {[settings.mqtt_url]}"
    )
    assert "s3cret" not in shown
    assert "t0p" not in shown
    assert "***" in shown


def test_passwords_are_taken_out_of_any_text(monkeypatch: pytest.MonkeyPatch) -> None:
    assert words_of(URL) == {"s3cret%2Fword", "s3cret/word"}
    assert words_of('mqtt://u:a"bcd@h') == {'a"bcd', 'a\\"bcd'}
    assert words_of("postgresql://h/d?user=u&password=query-word") == {"query-word"}
    assert words_of("mqtt://h") == set()
    monkeypatch.setenv("COLDBIND_DATABASE_URL", URL)
    assert without_secrets('FATAL: "s3cret/word" is wrong') == 'FATAL: "***" is wrong'
    other = "cannot open mqtt://a:other@h:1 and postgresql://h/d?password=third"
    assert without((), other) == "cannot open mqtt://a:***@h:1 and postgresql://h/d?password=***"
    assert without_secrets("user u at host h") == "user u at host h"


def test_every_setting_is_in_the_reference() -> None:
    reference = (Path(__file__).resolve().parents[2] / "docs/reference/settings.md").read_text("utf-8")
    for name in Settings.__struct_fields__:
        assert f"`COLDBIND_{name.upper()}`" in reference

"""A site written as YAML or CSV reads back as it was, whatever its names are made of."""

import random
from datetime import date
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coldbind.site_file import apply_site, read_site
from coldbind.site_file.entries import (
    CalibrationEntry,
    HandlingUnitEntry,
    LocationEntry,
    PatternEntry,
    PlaceProfileEntry,
    PlacingEntry,
    SensorEntry,
    SensorLimitsEntry,
    SiteFile,
)
from coldbind.site_file.reading import read_site_files
from coldbind.site_file.writing import csv_of, recorded_site, yaml_of
from rules.handlers import install_profile
from rules.profile_files import catalog
from storage.database import Database
from tests.examples import examples

_texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)
_names = _texts.filter(lambda text: text.strip() != "")
_maybe = st.none() | _names
_days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
_times = st.sampled_from(("2026-03-01T00:00:00Z", "2026-03-01T01:02:03.000004+01:00"))
_number = st.none() | st.decimals(-99, 99, places=2).map(lambda number: number.normalize())
_sites = st.builds(
    SiteFile,
    locations=st.lists(
        st.builds(
            LocationEntry, _names, _names, _names, st.none() | st.integers(2, 999), st.none() | _times
        )
    ),
    patterns=st.lists(
        st.builds(
            PatternEntry,
            _names,
            _names,
            st.sampled_from(("90 s", "10 min")),
            st.decimals(-99, 99, places=2).map(lambda number: number.normalize()),
            st.none() | st.sampled_from(("6 h", "1 d")),
        )
    ),
    place_profiles=st.lists(
        st.builds(PlaceProfileEntry, _names, _names, st.none() | _times, st.none() | _times)
    ),
    handling_units=st.lists(st.builds(HandlingUnitEntry, _names, _names, _maybe)),
    sensors=st.lists(
        st.builds(SensorEntry, _names, _names, st.sampled_from(("15 min", "1 d")), st.just("") | _names)
    ),
    placings=st.lists(st.builds(PlacingEntry, _names, _times, _maybe, _maybe)),
    calibrations=st.lists(
        st.builds(
            CalibrationEntry,
            _names,
            _days,
            st.decimals(-99, 99, places=4).map(lambda number: number.normalize()),
            _days,
            _names,
        )
    ),
    sensor_limits=st.lists(
        st.builds(
            SensorLimitsEntry,
            _names,
            _names,
            _number,
            _number,
            st.none() | st.sampled_from(("85.0", "85.0, -127.0")),
            _number,
            _number,
            st.none() | st.sampled_from(("never", "2 h")),
            st.none() | st.integers(0, 9),
            _number,
        )
    ),
)


@settings(max_examples=examples(200), deadline=None)
@given(site=_sites)
def test_yaml_reads_back_as_it_was(site: SiteFile) -> None:
    assert read_site(yaml_of(site), "site.yaml") == site


@settings(max_examples=examples(200), deadline=None)
@given(site=_sites)
def test_csv_reads_back_as_it_was(site: SiteFile, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("site")
    files = [written(folder / name, text) for name, text in csv_of(site).items()]
    assert read_site_files(files) == site


def written(file: Path, text: str) -> Path:
    file.write_bytes(text.encode())
    return file


def random_site(dice: random.Random) -> SiteFile:
    """A site that can be recorded: a tree, sensors that moved about in it, calibrations."""
    paths = ["dc"]
    for n in range(dice.randint(1, 8)):
        paths.append(f"{dice.choice(paths)}.p{n}")
    locations = [
        LocationEntry(
            path,
            dice.choice(("Zone", 'Zürich: "A", b', " # 7\n", "null", "1e3")) + path,
            "zone" if "." in path else "site",
            dice.choice((None, None, 2, 3)),
        )
        for path in sorted(paths)
    ]
    closed = LocationEntry("dc.zz", "Old", "room", None, "2026-03-09T00:00:00Z")
    sensors = [f"t-{n}" for n in range(dice.randint(0, 4))]
    placings = [
        PlacingEntry(
            sensor,
            f"2026-03-{day:02}T0{dice.randrange(10)}:00:00Z",
            where if where not in {None, "BOX"} else None,
            "BOX" if where == "BOX" else None,
        )
        for sensor in sensors
        for day in sorted(dice.sample(range(1, 29), dice.randint(0, 5)))
        for where in (dice.choice((*paths, "BOX", None)),)
    ]
    calibrations = [
        CalibrationEntry(sensor, date(2026, month, 1), Decimal("-0.25"), date(2027, month, 2), "C/1")
        for sensor in sensors
        for month in sorted(dice.sample(range(1, 4), dice.randint(0, 2)), reverse=True)
    ]
    patterns = [
        PatternEntry(path, kind, "10 min", Decimal("5.5"), dice.choice((None, "6 h")))
        for path in sorted(dice.sample(paths, dice.randint(0, len(paths))))
        for kind in ("defrost", "door")
    ]
    place_profiles = [
        PlaceProfileEntry(path, "cold-room-2-8@1", f"2026-03-{since:02}T00:00:00Z", until)
        for path in sorted(dice.sample([*paths, "dc.zz"], dice.randint(0, len(paths))))
        for since, until in (
            (1, "2026-03-02T00:00:00Z"),
            (2, dice.choice((None, "2026-03-08T00:00:00Z"))),
        )
    ]
    boxes = [HandlingUnitEntry("BOX", "box", dice.choice((None, "340123450000000000")))]
    used = any(one.handling_unit for one in placings)
    return SiteFile(
        locations=[*locations, closed],
        patterns=patterns,
        place_profiles=place_profiles,
        handling_units=boxes if used else [],
        sensors=[SensorEntry(sensor, model=dice.choice(("", "LR-4"))) for sensor in sensors],
        placings=placings,
        calibrations=calibrations,
    )


@pytest.mark.parametrize("seed", range(8))
def test_what_is_exported_is_what_was_imported(database_url: str, tmp_path: Path, seed: int) -> None:
    site = random_site(random.Random(seed))
    with Database(database_url) as database:
        with database.transaction() as transaction:
            for profile in catalog():
                install_profile(transaction, profile, "test")
            first = apply_site(transaction, site, "test")
            assert recorded_site(transaction) == site
            told = recorded_site(transaction)
        files = [written(tmp_path / name, text) for name, text in csv_of(told).items()]
        for again in (read_site(yaml_of(told), "site.yaml"), read_site_files(files)):
            with database.transaction() as transaction:
                assert apply_site(transaction, again, "test").changes == ()
                assert recorded_site(transaction) == site
    assert len(first.changes) >= len(site.locations) + len(site.sensors) + len(site.placings)
    with psycopg.connect(database_url) as connection:
        row = connection.execute("select count(*) from binding.placing").fetchone()
    assert row == (len(site.placings),)

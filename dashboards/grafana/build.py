"""Build rooms_now.json: `python -m dashboards.grafana.build`.

The JSON is committed, so that Grafana needs neither Python nor this repository's history; a test
compares it with what this module makes.
"""

import json
import sys
from pathlib import Path

from grafana_foundation_sdk.builders.common import (
    ReduceDataOptions,
    VizLegendOptions,
    VizTooltipOptions,
)
from grafana_foundation_sdk.builders.dashboard import Dashboard, ThresholdsConfig
from grafana_foundation_sdk.builders.stat import Panel as Stat
from grafana_foundation_sdk.builders.table import Panel as Table
from grafana_foundation_sdk.builders.timeseries import Panel as Chart
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.common import (
    BigValueColorMode,
    LegendDisplayMode,
    LegendPlacement,
    SortOrder,
    TooltipDisplayMode,
    VisibilityMode,
)
from grafana_foundation_sdk.models.dashboard import (
    DynamicConfigValue,
    GridPos,
    MappingType,
    Threshold,
    ThresholdsMode,
    ValueMap,
    ValueMappingResult,
)

from dashboards.grafana.query import SOURCE, PostgresQuery

FILE = Path(__file__).with_name("rooms_now.json")
_LONGEST_DRAWN_GAP_MS = 15 * 60 * 1000
"""The default max_gap of a series: beyond it nothing is known, so nothing is drawn."""
_RED, _AMBER, _GREEN, _GREY = "dark-red", "dark-orange", "dark-green", "text"


def rooms_now() -> str:
    """The dashboard as the JSON text that Grafana reads."""
    built = (
        Dashboard("Coldbind: rooms now")
        .uid("coldbind-rooms-now")
        .description("Every room's newest temperature against the limits of the goods in it.")
        .tags(["coldbind"])
        .timezone("utc")
        .refresh("5s")
        .time("now-6h", "now")
        .readonly()
        .with_panel(_standing())
        .with_panel(_rooms())
        .with_panel(_temperatures())
        .with_panel(_excursions())
        .build()
    )
    return json.dumps(built, cls=JSONEncoder, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _standing() -> Stat:
    return (
        Stat()
        .title("What needs somebody")
        .grid_pos(GridPos(h=4, w=24, x=0, y=0))
        .datasource(SOURCE)
        .with_target(PostgresQuery("standing"))
        .reduce_options(ReduceDataOptions().calcs(["lastNotNull"]).fields("/.*/").values(False))
        .thresholds(_thresholds(Threshold(None, _GREEN), Threshold(1, _RED)))
        .color_mode(BigValueColorMode.VALUE)
    )


def _rooms() -> Table:
    standing = ValueMap(
        options={
            "within": ValueMappingResult(text="within", color=_GREEN, index=0),
            "above": ValueMappingResult(text="above", color=_RED, index=1),
            "below": ValueMappingResult(text="below", color=_RED, index=2),
            "silent": ValueMappingResult(text="silent", color=_AMBER, index=3),
            "no limit": ValueMappingResult(text="no limit", color=_GREY, index=4),
        }
    )
    standing.type_val = MappingType.VALUE_TO_TEXT
    coloured = _set("custom.cellOptions", {"type": "color-text"})
    degrees = [_set("unit", "celsius"), _set("decimals", 1)]
    return (
        Table()
        .title("Rooms now")
        .description("Limits are the tightest among the goods that this sensor spoke for.")
        .grid_pos(GridPos(h=10, w=24, x=0, y=4))
        .datasource(SOURCE)
        .with_target(PostgresQuery("rooms_now"))
        .override_by_name("Temperature", degrees)
        .override_by_name("Lower limit", degrees)
        .override_by_name("Upper limit", degrees)
        .override_by_name("Since last reading", [_set("unit", "s"), _set("decimals", 0)])
        .override_by_name("Standing", [_set("mappings", [standing]), coloured])
        .override_by_name("Held", [_red_from(1), coloured])
    )


def _temperatures() -> Chart:
    return (
        Chart()
        .title("Temperatures, lowest and highest of each stretch")
        .grid_pos(GridPos(h=11, w=24, x=0, y=14))
        .datasource(SOURCE)
        .with_target(PostgresQuery("temperatures", "time_series"))
        .unit("celsius")
        .line_width(1)
        .show_points(VisibilityMode.NEVER)
        .span_nulls(_LONGEST_DRAWN_GAP_MS)
        .insert_nulls(_LONGEST_DRAWN_GAP_MS)
        .legend(
            VizLegendOptions()
            .display_mode(LegendDisplayMode.LIST)
            .placement(LegendPlacement.BOTTOM)
            .show_legend(True)
        )
        .tooltip(VizTooltipOptions().mode(TooltipDisplayMode.MULTI).sort(SortOrder.DESCENDING))
    )


def _excursions() -> Table:
    return (
        Table()
        .title("Excursions in the time shown")
        .grid_pos(GridPos(h=9, w=24, x=0, y=25))
        .datasource(SOURCE)
        .with_target(PostgresQuery("excursions"))
        .override_by_name("Peak", [_set("unit", "celsius"), _set("decimals", 1)])
        .override_by_name("Beyond", [_set("unit", "dtdurations"), _set("decimals", 0)])
    )


def _thresholds(*steps: Threshold) -> ThresholdsConfig:
    return ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(list(steps))


def _red_from(value: float) -> DynamicConfigValue:
    return _set("thresholds", _thresholds(Threshold(None, _GREY), Threshold(value, _RED)).build())


def _set(option: str, value: object) -> DynamicConfigValue:
    return DynamicConfigValue(option, value)


def main() -> int:
    """Write the file, and say where."""
    FILE.write_text(rooms_now(), encoding="utf-8")
    sys.stdout.write(f"{FILE.name} written\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

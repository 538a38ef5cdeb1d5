"""A PostgreSQL query of a panel, which the SDK leaves to its users to define."""

from dataclasses import dataclass
from importlib.resources import files

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.common import DataSourceRef

SOURCE = DataSourceRef(type_val="grafana-postgresql-datasource", uid="coldbind")
"""The data source that provisioning/datasources/coldbind.yaml defines."""


@dataclass(frozen=True)
class PostgresQuery(Dataquery, Builder[Dataquery]):
    """The statement in sql/`name`.sql, answered as a `table` or as `time_series`."""

    name: str
    shape: str = "table"

    def build(self) -> Dataquery:
        """The query itself; it needs no further building."""
        return self

    def to_json(self) -> dict[str, object]:
        """The query as Grafana stores it."""
        file = files("dashboards.grafana") / "sql" / f"{self.name}.sql"
        return {
            "refId": "A",
            "datasource": SOURCE,
            "format": self.shape,
            "rawQuery": True,
            "editorMode": "code",
            "rawSql": file.read_text(encoding="utf-8"),
        }

"""Grafana dashboards as code: built here, committed as JSON, provisioned from that JSON.

They use the SDK's classic dashboard model, the one that every Grafana reads from a provisioned file.
"""

import warnings

warnings.filterwarnings("ignore", "Prefer using dashboardv2", DeprecationWarning)

"""What people look at: console pages on the API process, and Grafana dashboards built as code."""

"""Ingest: what arrives over MQTT is stored exactly once, or parked with the reason why not."""

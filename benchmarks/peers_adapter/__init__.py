"""Coldbind as an entry of the peer harness; README.md says how it is registered."""

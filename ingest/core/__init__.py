"""The pure part of ingest: from messages to rows for the database, with faults as values."""

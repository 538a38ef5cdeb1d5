"""Pure arithmetic of the record: lines from readings, figures from lines."""

"""Rules: temperature profiles -> runs beyond a limit -> verdicts on stock units (excursions)."""

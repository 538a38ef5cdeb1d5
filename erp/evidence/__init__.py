"""Evidence: facts and raw readings bound into one PDF/A-3 file, the same bytes each time."""

"""Side-by-side measurements on servers of their own: one JSON line a figure, ratios within one run."""

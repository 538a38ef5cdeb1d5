"""Finance: money back for what the supplier spoiled."""

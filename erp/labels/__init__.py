"""Labels: what stands on a stock unit or handling unit, as SVG, PDF and ZPL."""

"""Pure accounting: the chart, what a unit's life is worth, how an invoice matches."""

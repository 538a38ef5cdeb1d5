"""The demo: a day and a night of a distribution centre, from sensor to claim, on real workers."""

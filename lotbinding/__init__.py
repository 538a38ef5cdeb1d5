"""Lot binding: places, sensor placements and stays, and from them which unit felt which sensor when."""

"""The pure ground floor: instants, intervals, units, money, temperature maths and events."""

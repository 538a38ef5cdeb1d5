"""Places judged by themselves: rules with scope location, whatever goods stand there."""

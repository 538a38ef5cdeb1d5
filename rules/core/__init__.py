"""Pure judgement: runs of a signal, episodes of a unit, rules of a profile."""

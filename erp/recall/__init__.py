"""Recall: from any handle on bad goods to who has them, what is left and what became of it."""

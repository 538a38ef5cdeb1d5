"""A refusal: what was asked for cannot be recorded, and the text tells the person what to do."""


class Refusal(ValueError):
    """One sentence for the person who asked: what, where, what to do. Nothing was written."""

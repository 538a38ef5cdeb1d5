"""The temperature record of a lot: every reading its units felt, and what these come to."""

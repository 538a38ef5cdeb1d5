"""Quality: which units are held because of what, and in whose custody it happened."""

"""People: local accounts with passwords, and electronic signatures made with them."""

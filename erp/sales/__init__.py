"""Sales: to whom goods are sold, and what they ask of them."""

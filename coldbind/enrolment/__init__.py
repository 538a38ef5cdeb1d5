"""Who may speak to the broker: certificates, passwords, and a broker configuration that knows them."""

"""What a configuration means, and what of it changed: pure. Nothing is started, read or stored here."""

"""Which runs to keep, and why: pure. Nothing is started, read or stored here."""

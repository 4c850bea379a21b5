"""Accounts, names and rights, and what may be done to them: pure. Nothing is started, read or stored here."""

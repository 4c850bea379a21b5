"""bitools: network changes, user accounts and backups of an IT directorate, from one command line."""

__version__ = "0.1.0"

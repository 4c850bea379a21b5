"""The site: a page a device, and one each for backups, accounts and the ledger."""

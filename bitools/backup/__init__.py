"""Tiered backups over restic: what is due, what is kept, and the proof that it can be restored."""

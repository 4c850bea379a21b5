"""A letter becomes a mail, waits in the outbox, is handed to the relay."""

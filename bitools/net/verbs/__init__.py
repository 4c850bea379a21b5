"""What a command does: observe, decide, act, record."""

"""What a device has after some commands, read from the commands alone. Pure."""

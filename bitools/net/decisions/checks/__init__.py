"""What every device should say and never say. Pure."""

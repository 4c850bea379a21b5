"""What changed between two configurations, what of it matters, and where it is the same. Pure."""

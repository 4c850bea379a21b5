"""What is secret in a device's text, and the masks that stand for it."""

"""What to type to come from one configuration to another, in an order that leaves no gap. Pure."""

"""What would cut us off, a file a rule. Pure."""

"""From one configuration to another: what to type, what comes of it, what would cut us off."""

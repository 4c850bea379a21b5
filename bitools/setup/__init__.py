"""Make a machine's state one account's, and say who may run bitools: plan (pure), then apply."""

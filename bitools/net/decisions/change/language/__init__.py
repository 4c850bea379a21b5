"""How a platform writes its configuration and takes what is typed: what plan and prediction share. Pure."""

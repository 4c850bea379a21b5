"""All that bends the command-line library: the tree, what commands say of themselves, errors into codes."""

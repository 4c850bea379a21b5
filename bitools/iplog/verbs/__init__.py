"""What the commands do: observe, decide, act, record. One file a command."""

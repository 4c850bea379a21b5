"""What a configuration says of the way by which we reach its device. Pure."""

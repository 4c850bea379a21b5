"""Files that servers write, segments, the index, the bundle: all that touches a disk."""

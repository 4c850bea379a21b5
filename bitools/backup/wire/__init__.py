"""restic, databases, other hosts and what we remember: each behind the one file that knows it."""

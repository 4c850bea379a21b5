"""Devices, git and rule files: each behind the one file that knows its library or program."""

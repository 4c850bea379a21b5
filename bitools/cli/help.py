"""The old place of `bitools.cli.frame.help`, until the last group is a package."""

from bitools.cli.frame.help import describe, exit_codes, remarked

__all__ = ["describe", "exit_codes", "remarked"]

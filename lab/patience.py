"""How long is waited for what comes in a moment, or never does.

It is no measure of speed: on a machine that does much else a moment is long. Whoever has waited so long
has met a hang.
"""

HANGS = 300  # seconds

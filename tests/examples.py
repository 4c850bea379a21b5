"""Which examples Hypothesis tries: the same everywhere; others each time with `--hypothesis-profile=hunt`.

Whoever tries a change must not be the first to meet an example: it is met here, by whoever hunts.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

_SLOWLY = [HealthCheck.too_slow]

settings.register_profile(
    "bitools",
    derandomize=True, database=None, deadline=None, max_examples=100, print_blob=True, suppress_health_check=_SLOWLY,
)  # fmt: skip
settings.register_profile(  # whoever hunts under CI=1 hunts all the same: Hypothesis would derandomize there
    "hunt", derandomize=False, deadline=None, max_examples=1_000, suppress_health_check=_SLOWLY
)


def choose(profile: str | None) -> None:
    """Have the examples of this profile; without one, the same everywhere.

    `derandomize` alone is not that: Hypothesis mixes in constants out of those of our modules that this process
    has loaded, and which these are is a matter of which tests it was given before.
    """
    settings.load_profile(profile or "bitools")
    if settings.default is not None and settings.default.derandomize:
        providers.is_local_module_file = lambda _path: False

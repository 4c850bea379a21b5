"""The base of all that people write as YAML: inventory, platforms, rules."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A piece that never changes; a key it does not know is an error, not a silence."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True, allow_inf_nan=False)

    @classmethod
    def absent(cls) -> Self:
        """What stands where nothing was written: all as it is by itself. Called with nothing, the class would
        build its validator, for defaults at every import.
        """
        return cls.model_construct()

"""The base of all that people write as YAML: inventory, platforms, rules."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A piece that never changes; a key it does not know is an error, not a silence."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True, allow_inf_nan=False)

"""Where backups go, and how much of them is kept."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, ValidationInfo, WithJsonSchema

from bitools.credentials import Reference
from bitools.frozen import Frozen
from bitools.i18n import _
from bitools.inventory.base import SecretReference, placed, reference
from bitools.inventory.tiers import TIERS

_REMOTE = re.compile(r"^(sftp|rest|s3|b2|azure|gs|swift|rclone):")
_VARIABLE = re.compile(r"(AWS|AZURE|B2|GOOGLE|OS|RCLONE|RESTIC_REST|ST)_[A-Z0-9_]+")
_SECRET_VARIABLE = re.compile(r"KEY|SECRET|PASS|TOKEN|CREDENTIAL")


def _policy(value: Any) -> dict[str, int]:
    """Counts by tier. "biennial" is every two years and never what was meant (art. 11.15: half-yearly)."""
    if not isinstance(value, dict) or not value:
        raise ValueError(_("how many of each tier to keep: {tiers}").format(tiers=", ".join(TIERS)))
    for tier, count in value.items():
        if tier == "biennial":
            raise ValueError(_('"biennial" is every two years; for every half-year write biannual'))
        if tier not in TIERS:
            raise ValueError(
                _('"{tier}" is no tier; the tiers are {tiers}').format(tier=tier, tiers=", ".join(TIERS))
            )
        if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 100_000:
            raise ValueError(_("{tier}: a whole number from 1 is expected").format(tier=tier))
    return {tier: value[tier] for tier in TIERS if tier in value}


Policy = Annotated[
    dict[str, int],
    BeforeValidator(_policy),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {tier: {"type": "integer", "minimum": 1} for tier in TIERS},
            "additionalProperties": False,
            "minProperties": 1,
        }
    ),
]


def _location(value: Any, info: ValidationInfo) -> str:
    """A location as restic writes it; a plain folder is relative to the inventory's."""
    if not isinstance(value, str) or not value or not value.isprintable():
        raise ValueError(
            _("a folder is expected here, or a location as restic writes it: sftp:…, rest:…, s3:…")
        )
    if scheme := _REMOTE.match(value):
        host = value[scheme.end() :].lstrip("/").partition("/")[0]
        if host.startswith("-") or "@-" in host:
            raise ValueError(_("a host that begins with - would be an option"))
        return value
    return str(placed(value.removeprefix("local:"), info))


def _environment(value: Any, info: ValidationInfo) -> dict[str, Reference | str]:
    """What a storage provider asks for, by restic's own names; what is secret is a reference."""
    if not isinstance(value, dict):
        raise ValueError(_("names and values are expected here, as `key: value`"))
    found: dict[str, Reference | str] = {}
    for name, text in value.items():
        if not _VARIABLE.fullmatch(str(name)):
            message = _("{name}: no variable of a storage provider that restic knows")
            raise ValueError(message.format(name=name))
        plain = isinstance(text, str) and not _SECRET_VARIABLE.search(name) and not _looks_secret(text)
        found[name] = text if plain else reference(text, info)
    return found


def _looks_secret(text: str) -> bool:
    try:
        Reference.parse(text)
    except ValueError:
        return False
    return True


Environment = Annotated[
    dict[str, Reference | str],
    BeforeValidator(_environment),
    PlainSerializer(lambda value: {name: str(one) for name, one in value.items()}, return_type=dict),
    WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}}),
]
Speed = Annotated[int, Field(ge=0)]


class Repository(Frozen):
    """A restic repository: a folder, or a location as restic writes it (`sftp:…`, `rest:…`, `s3:…`).

    `sftp:NAME:/path` with a NAME of hosts.yaml uses that host's key. `copy_of` names the repository whose
    snapshots `backup copy` brings here, kept by `keep` or, without it, by each data set's own policy. Of an
    `append_only` one nothing is forgotten from here. `upload` and `download` are KiB a second; `gentle` lets
    other disk work go first; `lock_wait` is how long a living restic is waited for, in seconds; `silence`
    how many without a sign of life, and one that copies, checks, prunes or restores is ended; `ballast` is
    how many MiB of a local one are held back, so that forgetting works on a full disk.
    """

    location: Annotated[str, BeforeValidator(_location), WithJsonSchema({"type": "string", "minLength": 1})]
    password: SecretReference
    environment: Environment = Field(default_factory=dict)
    copy_of: str | None = None
    append_only: bool = False
    keep: Policy | None = None
    upload: Speed = 0
    download: Speed = 0
    gentle: bool = False
    lock_wait: Annotated[int, Field(ge=0, le=86_400)] = 900
    silence: Annotated[int, Field(ge=1, le=86_400)] = 1800
    ballast: Annotated[int, Field(ge=0, le=1_048_576)] = 0

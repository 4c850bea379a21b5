"""Reading the rules: the shipped ones, and the municipality's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bitools import yamlfile
from bitools.errors import InventoryInvalid
from bitools.i18n import _
from bitools.net.decisions.checks.rulebook import Exemption, Rule, Rulebook, RuleFile

_SHIPPED = Path(__file__).parents[1] / "checks"


def load_rules(own: Path) -> Rulebook:
    """The shipped rules, and those of the folder `own` if there is one.

    Raise InventoryInvalid, with file and line, for a file that is wrong or an exception from no rule.
    """
    rules: dict[str, Rule] = {}
    exceptions: list[Exemption] = []
    for folder in (_SHIPPED, own):
        for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
            file = yamlfile.read(path)
            page = _page(file)
            rules |= page.rules
            for number, exception in enumerate(page.exceptions):
                if exception.rule not in rules:
                    message = _('an exception from "{rule}", which is no rule').format(rule=exception.rule)
                    hint = _("rules: {names}").format(names=", ".join(sorted(rules)))
                    raise file.complaint(("exceptions", number, "rule"), message, hint)
            exceptions += page.exceptions
    kept = {name: rule for name, rule in rules.items() if rule.enabled}
    return Rulebook(rules=kept, exceptions=tuple(exceptions))


def _page(file: yamlfile.YamlFile) -> RuleFile:
    try:
        return RuleFile.model_validate(file.data or {})
    except ValidationError as error:
        raise _complaint(file, error.errors()[0]) from error


def _complaint(file: yamlfile.YamlFile, error: Any) -> InventoryInvalid:
    path = tuple(error["loc"])
    where = ".".join(map(str, path))
    message = error["msg"].removeprefix("Value error, ")
    return file.complaint(path, f"{where}: {message}" if where else message)

"""A net.check document as other tools read it: SARIF 2.1.0 (OASIS) and JUnit XML. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any
from xml.etree import ElementTree

from bitools import __version__
from bitools.documents.net import CheckItem, Finding
from bitools.i18n import _

_LEVELS = {"critical": "error", "warning": "warning"}
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def finding_text(finding: Finding) -> str:
    """A finding in words."""
    where = " / ".join([*finding["path"], finding["line"]])
    if not finding["missing"]:
        return where
    missing = _("missing: {pattern}").format(pattern=finding["missing"])
    return f"{where}: {missing}" if where else missing


def sarif(items: Sequence[CheckItem]) -> dict[str, Any]:
    """One run; each finding a result at `devices/NAME.cfg` and its line, as in the history."""
    rules = {item["rule"]: item for item in items}
    results = [
        _result(item, finding)
        for item in items
        if item["status"] in ("violated", "excepted")
        for finding in item["findings"]
    ]
    driver = {
        "name": "bitools net check",
        "version": __version__,
        "rules": [
            {
                "id": name,
                "shortDescription": {"text": item["title"]},
                "fullDescription": {"text": item["reason"]},
                "defaultConfiguration": {"level": _LEVELS[item["severity"]]},
                "properties": {"article": item["article"]},
            }
            for name, item in rules.items()
        ],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return {"$schema": schema, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def _result(item: CheckItem, finding: Finding) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": f"devices/{item['device']}.cfg"}}
    if finding["number"]:
        place["region"] = {"startLine": finding["number"]}
    result: dict[str, Any] = {
        "ruleId": item["rule"],
        "level": _LEVELS[item["severity"]],
        "message": {"text": f"{item['device']}: {item['title']}: {finding_text(finding)}"},
        "locations": [{"physicalLocation": place}],
    }
    if item["status"] == "excepted":
        result["suppressions"] = [{"kind": "external", "justification": item["exception"]}]
    return result


def junit(items: Sequence[CheckItem], failed: Sequence[Mapping[str, Any]] = ()) -> str:
    """One test suite a device, one test case a rule; a device that could not be checked is an error."""
    root = ElementTree.Element("testsuites", name="bitools net check")
    for device, group in groupby(items, key=lambda item: str(item["device"])):
        cases = list(group)
        counts = {
            "tests": str(len(cases)),
            "failures": str(sum(case["status"] == "violated" for case in cases)),
            "skipped": str(sum(case["status"] == "excepted" for case in cases)),
        }
        suite = ElementTree.SubElement(root, "testsuite", {"name": device, **counts})
        for item in cases:
            _case(suite, item)
    for failure in failed:
        suite = ElementTree.SubElement(
            root, "testsuite", name=_clean(failure["target"]), tests="1", errors="1"
        )
        case = ElementTree.SubElement(suite, "testcase", classname=_clean(failure["target"]), name="snapshot")
        ElementTree.SubElement(case, "error", message=_clean(failure["error"]))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode")


def _case(suite: ElementTree.Element, item: CheckItem) -> None:
    case = ElementTree.SubElement(suite, "testcase", classname=item["device"], name=item["rule"])
    if item["status"] == "excepted":
        ElementTree.SubElement(case, "skipped", message=_clean(item["exception"]))
    elif item["status"] == "violated":
        failure = ElementTree.SubElement(
            case, "failure", message=_clean(item["title"]), type=item["severity"]
        )
        failure.text = _clean("\n".join(finding_text(finding) for finding in item["findings"]))


def _clean(text: str | None) -> str:
    return _NOT_XML.sub("", text or "")


def group_violations(items: Sequence[CheckItem]) -> Iterator[tuple[CheckItem, list[str]]]:
    """Each violation once, with the names of the devices that have exactly the same one."""
    groups: dict[str, tuple[CheckItem, list[str]]] = {}
    for item in items:
        found = [(finding["path"], finding["line"], finding["missing"]) for finding in item["findings"]]
        groups.setdefault(repr((item["rule"], item["status"], found)), (item, []))[1].append(item["device"])
    yield from groups.values()

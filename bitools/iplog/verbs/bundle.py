"""Gather what proves an answer: frames, lists, manifests up to one that is stamped, its token, the page.

Who held the address before or after is nobody's business who reads it: that stays out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from bitools import timestamp
from bitools.documents.iplog import WhoItem
from bitools.errors import BitoolsError
from bitools.i18n import _
from bitools.iplog.decisions import words
from bitools.iplog.decisions.tenancies import Place
from bitools.iplog.verbs.archive import Archive
from bitools.iplog.verbs.evidence import Lines
from bitools.iplog.wire import bundle as zipped
from bitools.run import Run
from bitools.state import Document
from bitools.templates import render_template

Printer = Callable[[str], bytes]


def bundle(run: Run, document: Document[WhoItem], target: Path, printed: Printer | None) -> None:
    """Write the bundle of an answer; `printed` makes a PDF of the page, or there is none.

    Lines that are not sealed yet are in it as such, and told. Raise IntegrityBroken if a frame is not the one
    that was sealed.
    """
    archive = Archive(run)
    lines = Lines(archive)
    places = _places([*document.items, *document.more["candidates"]])
    files, unsealed = _frames(archive, lines, places)
    segments = sorted(
        {place.segment for place in places if archive.store.manifest_file(place.segment).exists()}
    )
    stamped = _seals(archive, segments, files)
    files["lines.txt"] = b"".join(lines.block(place)[0] for place in places)
    files["answer.json"] = (json.dumps(_answer(document), ensure_ascii=False, indent=1) + "\n").encode()
    files["verify.sh"] = _script(archive, stamped, files)
    page = _page(run, document, unsealed, stamped)
    files["tutanak.html"] = page.encode()
    if printed is not None:
        try:
            files["tutanak.pdf"] = printed(page)
        except BitoolsError as error:
            document.warnings.append(f"{error.message}: {error.hint}" if error.hint else error.message)
    if unsealed:
        document.warnings.append(
            _("lines in it are not sealed yet: bitools iplog seal --now, then ask again")
        )
    elif segments and not stamped:
        document.warnings.append(_("no time stamp vouches for it yet: bitools iplog seal, then ask again"))
    zipped.pack(target, files)
    document.more["bundle"] = str(target)


def _places(items: Iterable[WhoItem]) -> list[Place]:
    return sorted(
        {Place(one["segment"], one["source"], one["line"]) for item in items for one in item["evidence"]}
    )


def _answer(document: Document[WhoItem]) -> dict[str, Any]:
    told = {key: value for key, value in document.more.items() if key != "bundle"}
    told["candidates"] = [_alone(item) for item in told["candidates"]]
    return {"items": [_alone(item) for item in document.items], **told}


def _alone(item: WhoItem) -> dict[str, Any]:
    """Without the neighbours, of whom nobody asked."""
    return {key: value for key, value in item.items() if key not in ("before", "after")}


def _frames(archive: Archive, lines: Lines, places: list[Place]) -> tuple[dict[str, bytes], bool]:
    """The frames as they lie on the disk, by the hash of their lines; and whether a line is in none."""
    files: dict[str, bytes] = {}
    unsealed = False
    for place in places:
        content, sealed = lines.block(place)  # proves the frame
        found = lines.frame(place) if sealed else None
        if found is None:
            unsealed = True
            files[f"unsealed/{place.segment:06d}-{place.source}-{place.line}.txt"] = content
            continue
        frame, _first = found
        with open(archive.store.segment_file(place.segment, place.source), "rb") as file:
            file.seek(frame.offset)
            files[f"frames/{frame.sha256}.zst"] = file.read(frame.size)
    return files, unsealed


def _seals(archive: Archive, segments: list[int], files: dict[str, bytes]) -> dict[int, datetime]:
    """Lists of the segments, manifests from the first of them to the next stamped one, tokens."""
    store, stamped = archive.store, {}
    authority = archive.run.inventory.settings.timestamp
    if not segments:
        return {}
    for number in segments:
        files[f"seals/{number:06d}.list"] = store.list_file(number).read_bytes()
    for number in [one for one in store.sealed() if one >= segments[0]]:
        manifest = store.manifest_file(number).read_bytes()
        files[f"seals/{number:06d}.json"] = manifest
        if authority is None or not store.stamp_file(number).exists():
            continue
        answer = store.stamp_file(number).read_bytes()
        stamped[number] = timestamp.prove(answer, manifest, authority.ca).time
        files[f"seals/{number:06d}.tsr"] = timestamp.response(answer)
        files[f"seals/{number:06d}.zd"] = timestamp.bare(answer)
        files["ca.pem"] = authority.ca.read_bytes()
        if number >= segments[-1]:
            break
    return stamped


def _script(archive: Archive, stamped: dict[int, datetime], files: dict[str, bytes]) -> bytes:
    commands = [
        zipped.STAMP.format(number=number, time=time.isoformat(), epoch=round(time.timestamp()))
        for number, time in stamped.items()
    ]
    return (zipped.SCRIPT + "".join(commands)).encode()


def _page(run: Run, document: Document[WhoItem], unsealed: bool, stamped: dict[int, datetime]) -> str:
    """The page to sign, in the municipality's language."""
    zone = run.inventory.settings.zone
    return render_template(
        "iplog-who.html.j2",
        run.inventory.folder,
        organisation=run.inventory.settings.organisation,
        items=document.items,
        candidates=document.more["candidates"],
        more=document.more,
        grades=words.grades(),
        causes=words.causes(),
        unsealed=unsealed,
        stamps=[(f"{number:06d}", time.astimezone(zone).isoformat()) for number, time in stamped.items()],
        clock_error=run.inventory.require_iplog().clock_error,
        now=run.started.astimezone(zone),
    )

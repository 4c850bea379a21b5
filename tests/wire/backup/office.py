"""A municipality's file server, day by day: what people do to it, and what damage does."""

from __future__ import annotations

import base64
import gzip
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

KINDS = {
    ".docx": b"PK\x03\x04", ".xlsx": b"PK\x03\x04", ".pdf": b"%PDF-1.7\n", ".jpg": b"\xff\xd8\xff\xe0",
    ".dwg": b"AC1032", ".txt": b"", ".csv": b"", ".xml": b"",
}  # fmt: skip
WORDS = ["imar", "ruhsat", "encümen", "karar", "dosya", "ışık", "şube", "ödeme", "tahakkuk", "12.04.2026"]


def write(file: Path, chance: random.Random, size: int = 2000) -> None:
    """An office's file: text is text, the others are packed behind their type's mark."""
    mark = KINDS[file.suffix]
    file.parent.mkdir(parents=True, exist_ok=True)
    words = " ".join(chance.choice(WORDS) for _ in range(size // 6))
    file.write_bytes(mark + chance.randbytes(size) if mark else words.encode())


def files(folder: Path) -> list[Path]:
    return sorted(one for one in folder.rglob("*") if one.is_file())


class Office:
    """Units with their documents, a program's tree, logs that rotate, pictures; every day something."""

    def __init__(self, folder: Path, seed: int = 7, count: int = 300) -> None:
        self.folder, self.chance = folder, random.Random(seed)
        for number in range(count):
            kind = list(KINDS)[number % len(KINDS)]
            write(folder / f"birim-{number % 5}" / f"belge-{number}{kind}", self.chance)
        self.program(1)
        (folder / "kayit").mkdir()
        for name in ("web", "posta", "vpn"):
            (folder / "kayit" / f"{name}.log").write_text("2026-11-28 istek geldi 10.0.0.7\n" * 40)

    def day(self, day: int) -> None:
        """One day: a tenth of the days is a holiday, on which only the logs turn."""
        self.rotate_logs()
        if day % 10 in (5, 6):
            return
        every = self.documents()
        for file in self.chance.sample(every, len(every) * self.chance.randint(1, 8) // 100):
            write(file, self.chance, self.chance.randint(500, 6000))
        for number in range(self.chance.randint(0, 9)):
            kind = self.chance.choice(list(KINDS))
            write(
                self.folder / f"birim-{self.chance.randint(0, 4)}" / f"yeni-{day}-{number}{kind}", self.chance
            )
        for file in self.chance.sample(self.documents(), 2):
            file.unlink()
        for event in SPECIAL.get(day, ()):
            event(self)

    def documents(self) -> list[Path]:
        return [one for one in files(self.folder) if one.suffix in KINDS]

    def rotate_logs(self) -> None:
        for log in (self.folder / "kayit").glob("*.log"):
            for number in range(6, 0, -1):
                if (old := log.with_name(f"{log.name}.{number}.gz")).exists():
                    old.rename(log.with_name(f"{log.name}.{number + 1}.gz"))
            log.with_name(f"{log.name}.1.gz").write_bytes(gzip.compress(log.read_bytes()))
            log.write_text("2026-11-29 istek geldi 10.0.0.9\n" * self.chance.randint(5, 200))

    def program(self, version: int) -> None:
        for number in range(120):
            place = self.folder / f"program-{version}.0" / f"kutuphane-{number % 7}"
            place.mkdir(parents=True, exist_ok=True)
            start = b"\x7fELF" if number % 3 else b"import sys\n" * 30
            (place / f"modul{number}{'.so' if number % 3 else '.py'}").write_bytes(
                start + (self.chance.randbytes(900) if number % 3 else b"")
            )

    def upgrade(self) -> None:
        """Every file of the program has another name; its old tree is gone."""
        shutil.rmtree(self.folder / "program-1.0")
        self.program(2)

    def month_end(self) -> None:
        """Nearly half of the tables and reports are written anew, and as many are made."""
        for file in self.documents():
            if file.suffix in (".xlsx", ".csv", ".pdf") and self.chance.random() < 0.9:
                write(file, self.chance, self.chance.randint(500, 6000))
        for number in range(80):
            write(
                self.folder / "ay-sonu" / f"rapor-{self.chance.random()}{['.pdf', '.xlsx'][number % 2]}",
                self.chance,
            )

    def photographs(self) -> None:
        """As a camera writes them, and of a type without a mark."""
        place = self.folder / "etkinlik" / str(self.chance.randint(0, 10**6))
        place.mkdir(parents=True)
        for number in range(250):
            (place / f"IMG_{number}.{'jpg' if number % 2 else 'cr3'}").write_bytes(os.urandom(3000))

    def edited_photographs(self) -> None:
        for file in (self.folder / "etkinlik").rglob("IMG_*"):
            file.write_bytes(os.urandom(3100))

    def archive(self) -> None:
        """Old years come in: packed, encrypted by a court, mails."""
        place = self.folder / "arsiv"
        place.mkdir()
        for number in range(200):
            (place / f"{number}.zip").write_bytes(b"PK\x03\x04" + os.urandom(2000))
            (place / f"{number}.p7m").write_bytes(os.urandom(1500))
            (place / f"{number}.eml").write_bytes(
                b"Subject: karar\n\n" + base64.encodebytes(os.urandom(3000))
            )

    def department(self) -> None:
        """Another department's whole share: as much as all before."""
        for number in range(len(files(self.folder))):
            kind = list(KINDS)[number % len(KINDS)]
            write(self.folder / "fen-isleri" / f"is-{number % 40}" / f"cizim-{number}{kind}", self.chance)

    def tidied(self) -> None:
        """A third of the documents is archived elsewhere, folders get the year's name."""
        every = self.documents()
        for file in self.chance.sample(every, len(every) // 3):
            file.unlink()
        for place in sorted(self.folder.glob("birim-?")):
            place.rename(place.with_name(f"{place.name}-2026"))

    def letterhead(self) -> None:
        """Every document gets the new head of the letters."""
        for file in self.documents():
            if file.suffix == ".docx":
                write(file, self.chance)


SPECIAL: dict[int, tuple[Callable[[Office], None], ...]] = {
    4: (Office.photographs,),
    9: (Office.month_end,),
    13: (Office.archive,),
    17: (Office.upgrade,),
    21: (Office.edited_photographs,),
    24: (Office.letterhead,),
    28: (Office.photographs, Office.month_end),
    33: (Office.department,),
    39: (Office.month_end,),
    44: (Office.tidied,),
    49: (Office.edited_photographs,),
    58: (Office.month_end, Office.photographs),
}


def part(folder: Path, share: float = 0.8) -> list[Path]:
    """A share of the files, of every kind of them."""
    every = files(folder)
    random.Random(3).shuffle(every)
    return every[: round(len(every) * share)]


def deleted(folder: Path) -> None:
    for file in part(folder, 0.95):
        file.unlink()


def emptied(folder: Path) -> None:
    for file in files(folder):
        file.write_bytes(b"")


def encrypted(folder: Path) -> None:
    """In place: the same names, sizes and times."""
    for file in part(folder):
        was = file.stat()
        file.write_bytes(os.urandom(was.st_size))
        os.utime(file, ns=(was.st_atime_ns, was.st_mtime_ns))


def renamed(folder: Path) -> None:
    for file in part(folder):
        file.rename(file.with_name(file.name + ".locked"))


def encrypted_and_renamed(folder: Path) -> None:
    encrypted(folder)
    renamed(folder)


def grown_random(folder: Path) -> None:
    for file in part(folder):
        file.write_bytes(os.urandom(file.stat().st_size + 512))


def overwritten(folder: Path) -> None:
    for file in part(folder):
        file.write_bytes(b"\0" * file.stat().st_size)


def packed_into_one(folder: Path) -> None:
    size = sum(file.stat().st_size for file in files(folder))
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "HEPSI.enc").write_bytes(os.urandom(size))


def half_encrypted_under_new_names(folder: Path) -> None:
    """Beside a ransom note in every folder; half of the files are left."""
    for file in part(folder, 0.5):
        file.with_name(f"{random.random()}.crypt").write_bytes(os.urandom(file.stat().st_size))
        file.unlink()
    for place in [one for one in folder.rglob("*") if one.is_dir()]:
        (place / "OKU-BENI.txt").write_text("dosyalarınız şifrelendi " * 20)


def encoded(folder: Path) -> None:
    """Encrypted, and written as text."""
    for file in part(folder):
        file.write_bytes(base64.encodebytes(os.urandom(max(300, file.stat().st_size))))


def behind_a_mark(folder: Path) -> None:
    """Encrypted by a tool that says so in front."""
    for number, file in enumerate(part(folder)):
        file.write_bytes(
            [b"Salted__", b"age-encryption.org/v1\n", b"7z\xbc\xaf'\x1c"][number % 3] + os.urandom(900)
        )


DAMAGES: dict[Callable[[Path], None], set[str]] = {
    deleted: {"files_gone"},
    emptied: {"bytes_gone"},
    encrypted: {"random"},
    renamed: {"renamed"},
    encrypted_and_renamed: {"renamed", "random"},
    grown_random: {"random"},
    overwritten: {"random"},
    packed_into_one: {"files_gone"},
    half_encrypted_under_new_names: {"random"},
    encoded: {"random"},
    behind_a_mark: {"random"},
}

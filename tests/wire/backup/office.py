"""A municipality's file server, day by day: what people do to it, and what damage does."""

from __future__ import annotations

import base64
import gzip
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.wire.backup.office_files import KINDS, WORDS, write


def files(folder: Path) -> list[Path]:
    found = (Path(here, name) for here, _folders, names in os.walk(folder) for name in names)
    return sorted(one for one in found if one.is_file())


class Office:
    """Units with their documents, a program's tree, logs that rotate, pictures; every day something."""

    def __init__(self, folder: Path, seed: int = 7, count: int = 300) -> None:
        self.folder, self.chance = folder, random.Random(seed)
        for number in range(count):
            kind = list(KINDS)[number % len(KINDS)]
            write(folder / f"birim-{number % 5}" / f"belge-{number}{kind}", self.chance)
        self.program(1)
        for name in ("yazi-isleri", "evrak"):
            (folder / "posta").mkdir(exist_ok=True)
            (folder / "posta" / f"{name}.mbox").write_bytes(b"")
            self.mail(folder / "posta" / f"{name}.mbox", 40)
        (folder / "kayit").mkdir()
        for name in ("web", "posta", "vpn"):
            (folder / "kayit" / f"{name}.log").write_text("2026-11-28 istek geldi 10.0.0.7\n" * 40)

    def day(self, day: int) -> None:
        """One day: a tenth of the days is a holiday, on which only the logs turn."""
        self.rotate_logs()
        if day % 10 in (5, 6):
            return
        for box in (self.folder / "posta").iterdir():
            self.mail(box, self.chance.randint(1, 9))
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

    def mail(self, box: Path, count: int) -> None:
        """Letters come in, with pictures and packed tables, as text."""
        with box.open("ab") as file:
            for _letter in range(count):
                words = " ".join(self.chance.choice(WORDS) for _ in range(80))
                file.write(f"From vatandas@ornek.test\nSubject: {words[:30]}\n\n{words}\n".encode())
                file.write(base64.encodebytes(self.chance.randbytes(self.chance.randint(0, 6000))))

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

    def compressed_share(self) -> None:
        """A share of packed years comes in, each packed by another program."""
        place = self.folder / "paylasim"
        place.mkdir()
        marks = {
            "7z": b"7z\xbc\xaf\x27\x1c",
            "tar.zst": b"\x28\xb5\x2f\xfd",
            "rar": b"Rar!\x1a\x07",
            "tgz": b"\x1f\x8b",
        }
        for number in range(160):
            kind = list(marks)[number % len(marks)]
            (place / f"{1990 + number}.{kind}").write_bytes(marks[kind] + self.chance.randbytes(4000))

    def year_moved(self) -> None:
        """A third of the documents goes to the year's archive, in the same share; another year is packed."""
        place = self.folder / "arsiv-2025"
        place.mkdir()
        every = self.documents()
        for number, file in enumerate(self.chance.sample(every, len(every) // 3)):
            if number % 4:
                file.rename(place / f"{number}-{file.name}")
            else:
                (place / f"{number}-{file.name}.gz").write_bytes(gzip.compress(file.read_bytes()))
                file.unlink()

    def table_exported(self) -> None:
        """A program writes its tables anew, half of them as web pages that call themselves tables."""
        place = self.folder / "cikti"
        place.mkdir(exist_ok=True)
        for number in range(60):
            text = "<html><table><tr><td>tahakkuk</td></tr></table></html>\n" * self.chance.randint(3, 60)
            start = text.encode() if number % 2 else b"\xd0\xcf\x11\xe0" + self.chance.randbytes(3000)
            (place / f"tablo-{number}.xls").write_bytes(start)

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
    3: (Office.table_exported,),
    4: (Office.photographs,),
    9: (Office.month_end,),
    12: (Office.table_exported,),
    13: (Office.archive,),
    17: (Office.upgrade,),
    21: (Office.edited_photographs,),
    24: (Office.letterhead,),
    28: (Office.photographs, Office.month_end),
    31: (Office.compressed_share, Office.table_exported),
    33: (Office.department,),
    37: (Office.year_moved,),
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


def _each(folder: Path, change: Callable[[bytes], bytes]) -> None:
    for file in part(folder):
        file.write_bytes(change(file.read_bytes()))


def behind_a_note(folder: Path) -> None:
    """Whom to pay stands in front of each file."""
    _each(
        folder,
        lambda was: b"your files are encrypted, write to x@y.test, id 77AA\n" * 8 + os.urandom(len(was)),
    )


def behind_a_header_of_zeros(folder: Path) -> None:
    _each(folder, lambda was: b"LCKD" + bytes(252) + os.urandom(len(was)))


def encrypted_here_and_there(folder: Path) -> None:
    """Sixteen bytes of each sixty-four: quicker than all of it."""

    def change(was: bytes) -> bytes:
        return b"".join(os.urandom(16) + was[place + 16 : place + 64] for place in range(0, len(was), 64))

    _each(folder, change)


def in_capital_hexadecimals(folder: Path) -> None:
    _each(folder, lambda was: os.urandom(max(300, len(was))).hex().upper().encode())


def in_base85(folder: Path) -> None:
    _each(folder, lambda was: base64.b85encode(os.urandom(max(300, len(was)))))


def shifted(folder: Path) -> None:
    """A child's cipher: each byte by thirteen."""
    _each(folder, lambda was: bytes((byte + 13) % 256 for byte in was))


def a_note_in_the_place_of_each(folder: Path) -> None:
    _each(folder, lambda _was: b"DOSYALARINIZ SILINDI, ODEME ICIN BIZE ULASIN\n" * 30)


def cut_to_ten_bytes(folder: Path) -> None:
    _each(folder, lambda was: was[:10])


def packed_each_for_itself(folder: Path) -> None:
    """With a password, beside which nothing is left."""
    for file in part(folder):
        file.with_name(f"{file.name}.zip").write_bytes(b"PK\x03\x04" + os.urandom(file.stat().st_size))
        file.unlink()


def contents_exchanged(folder: Path) -> None:
    every = part(folder)
    contents = [file.read_bytes() for file in every]
    for file, content in zip(every, [*contents[1:], *contents[:1]], strict=True):
        file.write_bytes(content)


def moved_into_one_folder(folder: Path) -> None:
    """Where many have one name: what came first is gone."""
    place = folder / "toplu"
    place.mkdir()
    for number, file in enumerate(part(folder)):
        file.rename(place / str(number % 50))


def links_in_their_place(folder: Path) -> None:
    for file in part(folder):
        file.unlink()
        file.symlink_to("/dev/null")


def mailboxes_grown_random(folder: Path) -> None:
    """Two files of hundreds, and much of what there is."""
    for box in folder.rglob("*.mbox"):
        box.write_bytes(box.read_bytes() + os.urandom(box.stat().st_size))


def mailboxes_encrypted_behind_their_beginning(folder: Path) -> None:
    for box in folder.rglob("*.mbox"):
        was = box.read_bytes()
        box.write_bytes(was[:4096] + os.urandom(len(was) - 4096))


def behind_their_beginning(folder: Path) -> None:
    """The first half kilobyte of each stays: by its mark it is what it was."""
    _each(folder, lambda was: was[:512] + os.urandom(max(0, len(was) - 512)))


def packed_ones_behind_their_beginning(folder: Path) -> None:
    for file in part(folder):
        if file.suffix in (".docx", ".xlsx", ".pdf", ".jpg"):
            was = file.read_bytes()
            file.write_bytes(was[:1024] + os.urandom(max(0, len(was) - 1024)))


def every_fourth_block(folder: Path) -> None:
    def change(was: bytes) -> bytes:
        blocks = [was[at : at + 256] for at in range(0, len(was), 256)]
        return b"".join(os.urandom(len(one)) if n % 4 == 1 else one for n, one in enumerate(blocks))

    _each(folder, change)


MORE: dict[Callable[[Path], None], set[str]] = {
    behind_a_note: {"random"},
    behind_a_header_of_zeros: {"random"},
    encrypted_here_and_there: {"random"},
    in_capital_hexadecimals: {"random"},
    in_base85: {"random"},
    shifted: {"random"},
    a_note_in_the_place_of_each: {"random"},
    cut_to_ten_bytes: {"random"},
    packed_each_for_itself: {"renamed"},
    contents_exchanged: {"random"},
    moved_into_one_folder: {"files_gone"},
    links_in_their_place: {"files_gone"},
    mailboxes_grown_random: {"random"},
    behind_their_beginning: {"random"},
    packed_ones_behind_their_beginning: {"random"},
    every_fourth_block: {"random"},
    mailboxes_encrypted_behind_their_beginning: {"random"},
}

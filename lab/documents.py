"""A handful of documents worth a backup, under the names a Turkish office gives them."""

from __future__ import annotations

import random
from pathlib import Path

DOCUMENTS = {
    "Meclis Kararları/2026-11 Meclis Kararı.txt": "Belediye Meclisinin 5 Kasım 2026 tarihli kararı: ...\n",
    "İmar/Ada 1247 Parsel 8 – Değişiklik.txt": "Ada 1247 parsel 8 için plan değişikliği önerisi.\n",
    "Şube Müdürlüğü/Görev Yazısı.txt": "Sayın ilgili, görev yeriniz Garaj ve Atölye olarak belirlenmiştir.\n",
    "Mali Hizmetler/2026 Bütçe.csv": "kalem;ödenek;gider\nyazılım;250000;181400\nağ donanımı;900000;612750\n",
    "Zabıta/Ruhsat Listesi.csv": "no;ad;tarih\n1;Öz Çınar Fırını;2026-03-14\n2;Işık Kırtasiye;2026-06-02\n",
    "gecici.tmp": "this file is excluded from the backup\n",
}


def write_documents(folder: Path) -> None:
    """Write them to belgeler/, once, with a larger file that does not compress; make restic/ beside it."""
    (folder / "restic").mkdir(parents=True, exist_ok=True)
    place = folder / "belgeler"
    if place.is_dir():
        return
    for name, text in DOCUMENTS.items():
        file = place / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    (place / "İmar" / "Uydu Görüntüsü.bin").write_bytes(random.Random(1247).randbytes(2_000_000))

"""Ten years of a clerk's hand-over list, row by row: none clears wrongly, and whoever is clean goes."""

from __future__ import annotations

from datetime import date

import pytest

from bitools import csvfile
from bitools.user.decisions.custody import on_record
from bitools.user.decisions.keys import KnownAs
from bitools.user.wire.custody import parse

TODAY = date(2026, 11, 28)
HEAD = "Sicil No;Hesap;Ad Soyad;Malzeme;Veriliş Tarihi;İade;Açıklama\n"
OTHERS = (
    "00101;mehmet.yildiz;Mehmet Yıldız;Dizüstü;12.03.2019;05.01.2024;\n"
    "00102;kemal.aksoy;Kemal Aksoy;Monitör;01.02.2021;;\n"
)
# Ayşe Çiftçi (317) has it still, or may have it; nobody else has.
HERS = [
    "00317;;;Dizüstü;;teslim aldım 3.5.26;",
    "317;;;Dizüstü;;tslm;",
    "317;;;Dizüstü;;ok;",
    "317;;;Dizüstü;;x;",
    "317;;;Dizüstü;;✓;",
    "317;;;Dizüstü;;√;",
    "317;;;Dizüstü;;✔;",
    "317;;;Dizüstü;;+;",
    "317;;;Dizüstü;;M.Y.;",
    "317;;;Dizüstü;;Emekli oldu;",
    "317;;;Dizüstü;;nakil;",
    "317;;;Dizüstü;;arızalı;",
    "317;;;Dizüstü;;hurda;",
    "317;;;Dizüstü;;iade edldi;",
    "317;;;Dizüstü;;var;",
    "317;;;Dizüstü;;28/11;",
    "317;;;Dizüstü;;11.2026;",
    "317;;;Dizüstü;;29.11.26;",
    "317;;;Dizüstü;;3.5.1926;",
    "317;;;Dizüstü;;3.5.2O26;",
    "317;;;Dizüstü;;3,5,2026?;",
    "317;;;Dizüstü;;bugün;",
    "317;;;Dizüstü;;dün;",
    "317;;;Dizüstü;;30 Şubat 2026;",
    "317;;;Dizüstü;;2025-2026;",
    "317;;;Dizüstü;;Kasım sonu;",
    "317;;;Dizüstü;12.04.2024;;3.5.26 teslim",
    "317;;;Dizüstü;12.04.2024;01.02.2020;",
    "317;;;2 adet monitör;;03.05.2026;1 adet iade",
    "317;;;Dizüstü + çanta;;03.05.2026;çanta yok",
    "317;;;Dizüstü;;03.05.2026;tekrar zimmetlendi",
    "317;;;Dizüstü;;03.05.2026;emekli olunca verecek",
    "００３１７;;;Dizüstü;;;",
    "3 1 7;;;Dizüstü;;;",
    "S.317;;;Dizüstü;;;",
    "317-;;;Dizüstü;;;",
    "317/1;;;Dizüstü;;;",
    "317 nolu;;;Dizüstü;;;",
    "Sic:317;;;Dizüstü;;;",
    "TCKN 10000000146 / 317;;;Dizüstü;;;",
    "317\u00a0;;;Dizüstü;;;",
    "\u202d317\u202c;;;Dizüstü;;;",
    "317\u2009;;;Dizüstü;;;",
    "0317-0318;;;Dizüstü;;;",
    "315-320;;;Dizüstü;;;",
    "101, 317;;;Dizüstü;;;",
    "101 ve 317;;;Dizüstü;;;",
    "101\\317;;;Dizüstü;;;",
    "101|317;;;Dizüstü;;;",
    "317(101);;;Dizüstü;;;",
    "101 (317);;;Dizüstü;;;",
    "101→317;;;Dizüstü;;;",
    ";AYŞE.ÇİFTÇİ;;Dizüstü;;;",
    ";ayse.cıftcı;;Dizüstü;;;",
    ";aciftci;;Dizüstü;;;",
    ";ayse ciftci;;Dizüstü;;;",
    ";ayse.ciftci(eski);;Dizüstü;;;",
    ";mehmet.yildiz, ayse.ciftci;;Dizüstü;;;",
    ";EFELER\\AYSE.CIFTCI;;Dizüstü;;;",
    ";mailto:ayse.ciftci@belediye.test;;Dizüstü;;;",
    ";ciftci.ayse;;Dizüstü;;;",
    ";ayseciftci@gmail.com;;Dizüstü;;;",
    ";;AYŞE ÇİFTÇİ;Dizüstü;;;",
    ";;A.ÇİFTÇİ;Dizüstü;;;",
    ";;Çiftçi A.;Dizüstü;;;",
    ";;AYSE CIFTCI (BİLGİ İŞLEM);Dizüstü;;;",
    ";;Ayşe Çiftçi/Kemal Aksoy;Dizüstü;;;",
    ";;Ayse Ciftci - emekli;Dizüstü;;;",
    ";;Ayse Çiftci Yılmaz;Dizüstü;;;",
    ";;Ayşe Ç.;Dizüstü;;;",
    ";;Aysu/Ayşe Çiftçi;Dizüstü;;;",
    ";;Çifçi Ayşe;Dizüstü;;;",
    ";;Ayşe Çitfçi;Dizüstü;;;",
    ";;Ayşe ÇFTÇ;Dizüstü;;;",
    "101;;;Dizüstü (Ayşe Çiftçi'de);;;",
    "101;;;Dizüstü;;;Ayşe Çiftçi aldı",
    "101;;Mehmet Yıldız;Dizüstü;;;317 sicilli personele devredildi",
    "101;;Mehmet Yıldız;Dizüstü;;;ayse.ciftci'ye verildi",
    "0317;mehmet.yildiz;Mehmet Yıldız;Dizüstü;;;",
    "317;;;;;;",
    "317;;;;;;emekli oldu",
    "00317;;;Dizüstü;;03.05.2026 / 04.06.2026;",
    "317;;;Dizüstü;;03.05.2026 teslim edilmedi;",
    "00317;;;Dizüstü;;03.05.2026;\n00317;;;Mühür;;;",
    "00317;;;Dizüstü;01.01.2020;03.05.2022;\n00317;;;Dizüstü;04.06.2023;;",
    "00101;;;Kasa;;;\n;;Ayşe Çiftçi;Monitör;;;",
]  # fmt: skip
# She may have it, and others may, too.
SHE_OR_ANOTHER = [
    ";;Ay?e Çiftçi;Dizüstü;;;",
    ";;Ayşe Abla;Dizüstü;;;",
    ";;Ayşe Hn.;Dizüstü;;;",
    ";;Bilgi İşlem - Ayşe;Dizüstü;;;",
    "10000000146;;;Dizüstü;;;",
    "0532 123 45 67;;;Dizüstü;;;",
    "05321234567;;;Dizüstü;;;",
    ";;;Dizüstü;;;",
    "-;-;-;Dizüstü;;;",
    "#BAŞV!;;;Dizüstü;;;",
    "#REF!;;;Dizüstü;;;",
    "#N/A;;;Dizüstü;;;",
    "?;;;Dizüstü;;;",
    "Bilinmiyor;;;Dizüstü;;;",
    "ortak;;;Yazıcı;;;",
    "1.05E+10;;;Dizüstü;;;",
    "yeni personel;;;Dizüstü;;;",
    "emekli;;;Dizüstü;;;",
    "Bilgi İşlem;;;Yazıcı;;;",
    "stajyer;;;Dizüstü;;;",
    ";;stajyer;Dizüstü;;;",
    "nöbetçi;;;Telsiz;;;",
    ";;Nöbetçi personel;Telsiz;;;",
    ";;eski müdür;Dizüstü;;;",
    ";;Müdür;Dizüstü;;;",
    ";;vekil;Dizüstü;;;",
    ";;?????;Dizüstü;;;",
    "Dahili 317;;;Telefon;;;",
    "317;;;Dizüstü;;Teslim alındı 03.05.2026;",
]  # fmt: skip
# It came back, or is another's for certain; a line that counts or heads others.
NOT_HERS = [
    "00317;;;Dizüstü;;03.05.2026;",
    "317;;;Dizüstü;;3.5.26;",
    "317;;;Dizüstü;;3/5/2026;",
    "317;;;Dizüstü;;3-5-26;",
    "317;;;Dizüstü;;2026.05.03;",
    "317;;;Dizüstü;;3 Mayıs 2026;",
    "317;;;Dizüstü;;3 MAYIS 2026 PAZAR;",
    "317;;;Dizüstü;;03 May 2026;",
    "317;;;Dizüstü;;03.05.2026 00:00;",
    "317;;;Dizüstü;;03.05.2026 Pazar;",
    "317;;;Dizüstü;;03.05.2026;Emekli oldu",
    "317;;;Dizüstü;;03.05.2026;nakil gitti",
    "317;;;Dizüstü;;03.05.2026;tslm alındı",
    "317;;;Dizüstü;;03.05.2026;teslim aldım 3.5.26",
    "317;;;Dizüstü;;03.05.2026;hurdaya",
    "317;;;Dizüstü;;03.05.2026;arızalı",
    "317;;;Dizüstü;;03.05.2026;M.Y.",
    "317;;;Dizüstü;;03.05.2026;ok",
    "317;;;Dizüstü;;03.05.2026;✓",
    "317;;;Dizüstü;;03.05.2026;istifa",
    "317;;;Dizüstü;;28.11.2026;",
    "317;;;Dizüstü;;2026-05-03 09:12;",
    "317;;;Dizüstü;;03 / 05 / 2026;",
    "317;;;Dizüstü;;3. 5. 2026;",
    "317;;;Dizüstü;;03.05.2026.;",
    "317;;;Dizüstü;;２０２６-０５-０３;",
    "317;;;Dizüstü;;03.05.2026 iade;",
    "317;;;Dizüstü;;iade 03.05.2026;",
    "317;;;Dizüstü;12.04.2019;03.05.2026;",
    "317;;;Dizüstü;;03.05.2026'da iade edildi;",
    "3171;;;Dizüstü;;;",
    "1317;;;Dizüstü;;;",
    "00101;mehmet.yildiz;Mehmet Yıldız;Dizüstü;;;Emekli oldu",
    "102;;Kemal Aksoy;Dizüstü;;x;",
    ";;Ayşegül Yıldız;Dizüstü;;;",
    ";;Ali Çiftçi;Dizüstü;;;",
    ";;Bilgi İşlem Müdürlüğü;Yazıcı;;;",
    ";;Fen İşleri Müd. ortak;Yazıcı;;;",
    ";;Zabıta Amirliği;Telsiz;;;",
    ";bilgi.islem;;Yazıcı;;;",
    ";;Destek Hizmetleri;Projeksiyon;;;",
    "10000000146;;Mehmet Yıldız;Dizüstü;;;",
    "0532 111 22 33;;Mehmet Yıldız;Dizüstü;;;",
    "EMEKLİ;;Kemal Aksoy;Dizüstü;;;",
    "102\u00a0;;;Dizüstü;;;",
    "１０２;;;Dizüstü;;;",
    "101, 102;;;Dizüstü;;;",
    "101/102;;;Dizüstü;;;",
    "101 102;;;Dizüstü;;;",
    "TOPLAM;;;3;;;",
    ";;GENEL TOPLAM:;5 adet;;;",
    "Toplam kayıt: 5;;;;;;",
    ";;;;;;",
    ";;;TOPLAM;;5;",
    "ARA TOPLAM;;;2;;;",
    ";;Toplam;412;;;",
    "Sicil No;Hesap;Ad Soyad;Malzeme;Veriliş Tarihi;İade;Açıklama",
    "sicil no;hesap;ad soyad;malzeme;veriliş tarihi;iade;açıklama",
]  # fmt: skip


def leaver(number: str, login: str, name: str) -> KnownAs:
    return KnownAs(number, frozenset({login, f"{login}@belediye.test"}), name)


AYSE = leaver("00317", "ayse.ciftci", "Ayşe Çiftçi")
CLEAN = [
    leaver("00917", "nur.demir", "Nur Demir"),
    leaver("01044", "huseyin.ozturk", "Hüseyin Öztürk"),
    leaver("2210", "ismail.isik", "İsmail Işık"),
    leaver("00031", "omer.celik", "Ömer Çelik"),
    leaver("3170", "fatma.sahin", "Fatma Şahin"),
    leaver("00371", "ayse.ozciftci", "Ayşe Özçiftçi"),
]


def holding(row: str, person: KnownAs) -> list[str]:
    """What of a list with this row amid those of others holds the person back; the row as Excel saves it."""
    text = f"{HEAD}{OTHERS}{row}\n00103;;Selma Koç;Telefon;;;\n"
    try:
        content = text.encode("cp1254")
    except UnicodeEncodeError:
        content = text.encode("utf-8-sig")
    return on_record(parse(csvfile.decode(content, "z.csv"), "z.csv"), person, TODAY)


@pytest.mark.parametrize("row", HERS)
def test_what_is_hers_holds_her_back_and_nobody_else(row: str) -> None:
    assert holding(row, AYSE)
    assert [one.name for one in CLEAN if holding(row, one)] == []


@pytest.mark.parametrize("row", SHE_OR_ANOTHER)
def test_what_may_be_hers_holds_her_back(row: str) -> None:
    assert holding(row, AYSE)


@pytest.mark.parametrize("row", NOT_HERS)
def test_what_came_back_and_what_is_another_s_holds_nobody_back(row: str) -> None:
    assert [one.name for one in (AYSE, *CLEAN) if holding(row, one)] == []


SHAPES = [  # a list, whether it holds Ayşe back, whether it holds the clean ones back
    ("ZİMMET;;;;\nPersonel;;Malzeme;;İade\nSicil No;Adı Soyadı;Malzeme;Seri No;İade Tarihi\n317;Ayşe Çiftçi;Dizüstü;S1;\n101;Ali Veli;Ekran;S2;\n", True, False),
    ("Sicil No;Malzeme;İade\n317;Ekran;03.05.2026\n;;\nSicil No;Malzeme;İade\n317;Kasa;\n", True, False),
    ("Sicil No;Malzeme;İade\n101;Ekran;03.05.2026\n\nMalzeme;Sicil No;İade\nKasa;317;\n", True, True),
    ("Sicil No;Malzeme;İade;\n317;Kasa;03.05.2026;gelmedi\n", True, False),
    ("S.No;Sicil No;Malzeme;İade\n1;101;Kasa;\n2;317;Ekran;\n3;;;\n", True, False),
    ("Sıra No;Sicil No;Malzeme;İade\n317;101;Kasa;\n917;102;Ekran;\n", False, False),
    ("Sicil No;Ad Soyad;Malzeme;İade\n317;Ayşe Çiftçi;Kasa;03.05.2026\n;;Ekran;03.05.2026\n", False, False),
    ("Sicil No;Ad Soyad;Malzeme;İade\n317;Ayşe Çiftçi;Kasa;03.05.2026\n;;Ekran;\n;;Telefon;03.05.2026\n", True, True),
    ("Sicil No:;Malzeme:;İade:\n317;Kasa;03.05.2026\n", False, False),
    ("Sicil No (Kurum);Malzeme (Cins);İade (gün)\n317;Kasa;03.05.2026\n", False, False),
    ("Kurum Sicil No;Ad Soyad;Demirbaş Adı;İade Tarihi\n317;Ayşe;Kasa;\n", True, False),
    ("Sicil No;Malzeme;İade;Son Kullanıcı\n101;Kasa;;Ayşe Çiftçi\n", True, False),
    ("Sicil No;Malzeme;İade;Devredilen Sicil\n101;Kasa;03.05.2026;317\n", True, False),
    ("Sicil No;Malzeme;İade;Yeni Zimmetli\n101;Kasa;03.05.2026;Ayşe Çiftçi\n", True, False),
    ("Sicil No;Malzeme;Veriliş Tarihi;İade;2. Veriliş Tarihi;2. İade\n317;Kasa;01.01.2020;03.05.2021;04.06.2022;\n", True, False),
    ("Sicil No;Malzeme;Veriliş Tarihi;İade Tarihi;Tekrar Veriliş Tarihi;Tekrar İade Tarihi\n317;Kasa;01.01.2020;03.05.2021;04.06.2022;\n", True, False),
    ("Sicil No;Malzeme;Veriliş Tarihi;İade Tarihi;Tekrar Veriliş Tarihi;Tekrar İade Tarihi\n317;Kasa;01.01.2020;03.05.2021;04.06.2022;05.07.2023\n", False, False),
    ("Sicil No;Ad Soyad;Malzeme;İade\nAyşe Çiftçi;Kasa;;\n", True, False),
    ("Sicil No;Ad Soyad;Malzeme;İade\n;Bilgi İşlem Müdürlüğü;Yazıcı;\n;Ortak kullanım;Projeksiyon;\n", False, False),
    ("Sicil No;Malzeme;Durum;İade\n317;Kasa;Zimmetli;03.05.2026\n", True, False),
    ("Sicil No;Malzeme;Durum;İade\n317;Kasa;İade;03.05.2026\n", False, False),
    ("Sicil No;Malzeme;İade\r101;Ekran;\r317;Kasa;\r", True, False),
    ("Sicil No;Malzeme;İade Tarihi;İade Alan\n317;Kasa;03.05.2026;Mehmet Demir\n", False, False),
    ("Sicil No;Malzeme;İade\n101;Kasa;\nTaşınır Kayıt Yetkilisi;;\nHazırlayan: Nur Demir;;\n", False, False),
    ("Sicil No;Malzeme;İade;Adet;Açıklama\n317;Monitör;03.05.2026;3;2 adet iade\n", True, False),
    ("Sicil No;Malzeme;İade;Adet;Açıklama\n317;Monitör;03.05.2026;2;2 adet iade\n", False, False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "hers", "others"), SHAPES)
def test_a_list_of_any_shape_is_understood_or_holds_back(text: str, *, hers: bool, others: bool) -> None:
    rows = parse(text, "z.csv")
    assert bool(on_record(rows, AYSE, TODAY)) == hers
    assert [bool(on_record(rows, one, TODAY)) for one in CLEAN] == [others] * len(CLEAN)

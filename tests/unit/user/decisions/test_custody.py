"""The hand-over gate: what a badly kept list settles, what it holds against a leaver, and whom it lets go."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bitools import csvfile
from bitools.errors import InventoryInvalid
from bitools.user.decisions.account import Account, Flag
from bitools.user.decisions.custody import CustodyRow, came_back, on_record
from bitools.user.decisions.keys import KnownAs
from bitools.user.decisions.numbers import same_number
from bitools.user.wire.custody import parse

TODAY = date(2026, 11, 28)
AYSE = KnownAs("0042", frozenset({"ayse.kaya", "ayse.kaya@belediye.test"}), "Ayşe Kaya")
HEAD = "sicil_no;hesap;ad soyad;malzeme;iade\n"

# What people write into such lists. Each of these may be Ayşe Kaya's laptop, and holds her back.
HERS = [
    "0042;;;Dizüstü;",
    "42;;;Dizüstü;",
    "42.0;;;Dizüstü;",
    "42,00;;;Dizüstü;",
    " 0042 ;;;Dizüstü;",
    "000042;;;Dizüstü;",
    "Sicil: 42;;;Dizüstü;",
    "42 / 57;;;Dizüstü;",
    "４２;;;Dizüstü;",
    ";ayse.kaya;;Dizüstü;",
    ";AYSE.KAYA;;Dizüstü;",
    ";ayşe.kaya;;Dizüstü;",
    ";BELEDIYE\\ayse.kaya;;Dizüstü;",
    ";belediye.test\\Ayse.Kaya;;Dizüstü;",
    ";ayse.kaya@belediye.test;;Dizüstü;",
    ";AYSE.KAYA@BELEDIYE.TEST;;Dizüstü;",
    ";Ayşe Kaya (ayse.kaya);;Dizüstü;",
    "42;baskasi;;Dizüstü;",
    "57;ayse.kaya;;Dizüstü;",
    "42;;;Dizüstü;hayır",
    "42;;;Dizüstü;iade edilmedi",
    "42;;;Dizüstü;evet",
    "42;;;Dizüstü;X",
    "42;;;Dizüstü;-",
    "42;;;Dizüstü;0",
    "42;;;Dizüstü;29.11.2026",
    "42;;;Dizüstü;2027-01-01",
    "42;;;Dizüstü;01.01.1900",
    "42;;;Dizüstü;00.00.0000",
    "42;;;Dizüstü;46345",
    "42;;;;",
    ";;Ayşe Kaya;Dizüstü;",
    ";;A. Kaya;Dizüstü;",
    ";;KAYA, Ayşe Gül;Dizüstü;",
    "bilinmiyor;;;Dizüstü;",
    ";;;Dizüstü;",
    "Ali;Veli;42;Dizüstü;2026-01-01;artık",
    "42.000;;;Dizüstü;",
    "ayse.kaya;;;Dizüstü;",
    ";0042;;Dizüstü;",
    ";Kaya, Ayşe;;Dizüstü;",
    ";Ayşe KAYA;;Dizüstü;",
    ";kaya.ayse;;Dizüstü;",
    ";ayse_kaya;;Dizüstü;",
    ";ayse.kaya@efeler.bel.tr;;Dizüstü;",
    ";BELEDIYE/ayse.kaya;;Dizüstü;",
    ';"CN=Ayşe Kaya,OU=Memur,DC=belediye";;Dizüstü;',
    "yok;yok;Ayşe Kaya;Dizüstü;",
    "-;bilinmiyor;AYŞE KAYA;Dizüstü;",
    "12345678901;;Ayşe Kaya;Dizüstü;",
    "12345678901;;;Dizüstü;",
    ";;Ayş. Kaya;Dizüstü;",
    "42;;;Dizüstü;iade edilmedi 05.03.2026",
    "42;;;Dizüstü;iade edilecek 05.03.2026",
    "42;;;Dizüstü;05.03.2026 (eksik)",
    "42;;;Dizüstü;31.02.2026",
    "42;;;Dizüstü;05.03.2062",
    "42;;;Dizüstü;5 Aralık 2026",
    "42;;;Dizüstü;30.12.1899",
    "42;;;Dizüstü;2026",
    "42;;;Dizüstü;Mart 2026",
    "42;;;Dizüstü;yok",
    "42;;;Dizüstü;?",
    "42;;;Dizüstü;#YOK",
    "42;;;Dizüstü;DOĞRU",
    # invisible signs, look-alikes, letters lost on the way
    "4\u200b2;;;Dizüstü;",
    ";ay\u00adse.kaya;;Dizüstü;",
    ";ayse\u00a0.kaya;;Dizüstü;",
    ";\u0430yse.kaya;;Dizüstü;",
    ";;\u0410yşe Kaya;Dizüstü;",
    ";;AyÅŸe Kaya;Dizüstü;",
    ";;I?IL ?AH?N;Dizüstü;",
    ";;Ay\ufffde Kaya;Dizüstü;",
    '"42&nbsp;";;;Dizüstü;',
    '"Ay&#351;e.KAYA";;;Dizüstü;',
    # what spreadsheets make of numbers
    "4,2E+01;;;Dizüstü;",
    "4.20 E+01;;;Dizüstü;",
    "42E0;;;Dizüstü;",
    "4.2x10^1;;;Dizüstü;",
    '"=""0042""";;;Dizüstü;',
    '"=DÜŞEYARA(A2,Sayfa2!A:B,2,0)";;;Dizüstü;',
    "=A7;;;Dizüstü;",
    "#SAYI/0!;;;Dizüstü;",
    "########;;;Dizüstü;",
    "12.05.2026;;;Dizüstü;",
    "05.Ara;;;Dizüstü;",
    # what people write in their place
    "Sicil 4 2;;;Dizüstü;",
    "P42;;;Dizüstü;",
    "42A;;;Dizüstü;",
    "OO42;;;Dizüstü;",
    "42²;;;Dizüstü;",
    "٤٢;;;Dizüstü;",
    "40 - 45;;;Dizüstü;",
    "40..45;;;Dizüstü;",
    "40 ila 45;;;Dizüstü;",
    "40'tan 45'e kadar;;;Dizüstü;",
    "No 40 → No 45;;;Dizüstü;",
    "0042-Ayşe Kaya;;;Dizüstü;",
    "0532 111 22 33;;;Dizüstü;",
    "2. kat;;;Dizüstü;",
    "57?;;;Dizüstü;",
    "aynı;aynı;aynı;Dizüstü;",
    ";yukarıdaki;;Dizüstü;",
    ";NULL;;Dizüstü;",
    ";#AD?;;Dizüstü;",
    ";DEĞER!;;Dizüstü;",
    ";S-1-5-21-1004336348-1177238915-682003330-1104;;Dizüstü;",
    "Ⅳ2;;;Dizüstü;",
    "④2;;;Dizüstü;",
    # another's key, and a text that says she has it
    "57;;;Dizüstü, 42 sicil nolu personelde;",
    "57;;;Dizüstü (sicil 0042);",
    "57;;;Dizüstü (personel no: 42);",
    "57;;;Dizüstü - Ayşe Kaya'ya verildi;",
    "57;;Ali Veli;Dizüstü (KAYA Ayşe kullanıyor);",
    ";ali.veli;;Dizüstü, ayse.kaya kullanıyor;",
    ";;Ali Veli;Dizüstü, BELEDIYE\\ayse.kaya;",
    # a login that is hers in another spelling, or may be
    ";aysekaya;;Dizüstü;",
    ";akaya;;Dizüstü;",
    ";a.kaya;;Dizüstü;",
    ";ayse.k;;Dizüstü;",
    ";Ayşe;;Dizüstü;",
    ";ayse.kaya\\BELEDIYE;;Dizüstü;",
    ";ali.veli&ayse.kaya;;Dizüstü;",
    ";ayse.kaya%40belediye.test;;Dizüstü;",
    # a name that may be hers, or no name at all
    ";;AyşeKaya;Dizüstü;",
    ";;A.K.;Dizüstü;",
    ";;Ayşe Hanım;Dizüstü;",
    ";;Dr. Ayşe;Dizüstü;",
    ";;Ayşe (BİM);Dizüstü;",
    ";;0042;Dizüstü;",
    # days that are none
    "42;;;Dizüstü;TESLİM EDİLDİ",
    "42;;;Dizüstü;TESLİM EDİLDİ 05.03.2026",
    "42;;;Dizüstü;iade: 31.12.2026",
    "42;;;Dizüstü;iade: -",
    "42;;;Dizüstü;iade: X",
    "42;;;Dizüstü;=BUGÜN()",
    "42;;;Dizüstü;4,6086E+04",
    "42;;;Dizüstü;05.03.2026 - 31.12.2026",
    "42;;;Dizüstü;05.03.2026?",
    "42;;;Dizüstü;05.03.2026'ya kadar",
    "42;;;Dizüstü;03/25/2026",
    "42;;;Dizüstü;O5.03.2026",
    "42;;;Dizüstü;05.03.1447",
    "42;;;Dizüstü;05.03.0026",
    "42;;;Dizüstü;kısmen 05.03.2026",
    "42;;;Dizüstü;5 Mart",
    "42;;;Dizüstü;20260305",
]  # fmt: skip
# These are came_back, or somebody else's.
NOT_HERS = [
    "42;;;Dizüstü;27.11.2026",
    "0042;;;Dizüstü;2026-11-28",
    "42;;;Dizüstü;1 Kasım 2026",
    "42;;;Dizüstü;03/02/2026 14:30",
    "57;;;Dizüstü;",
    "142;;;Dizüstü;",
    "420;;;Dizüstü;",
    ";ali.veli;;Dizüstü;",
    ";BELEDIYE\\ali.veli;;Dizüstü;hayır",
    ";;Mehmet Kaya;Dizüstü;",
    ";;Ayşe Yılmaz;Dizüstü;",
    "57;;Ayşe Kaya;Dizüstü;",
    "57;;;HP 42 monitör;",
    "57;;;Dizüstü, 42 no'lu odada;",
    "57;;;Dizüstü, Ayşe Kaya'dan;",
    "57;;;Dizüstü, önceki kullanıcı Ayşe Kaya;",
    ";ali.veli;;Dizüstü, ayse.kaya'dan devralındı;",
    "57;;;Dizüstü, Mehmet Kaya'da;",
    ";;;;",
    ";;;Kayıp, bulundu;2026-01-05",
    "42;;;Dizüstü;5/3/26",
    "42;;;Dizüstü;05-03-2026",
    "42;;;Dizüstü;2026/03/05",
    "42;;;Dizüstü;5.3.2026 00:00:00",
    "42;;;Dizüstü;2026-03-05T14:30:00+03:00",
    "42;;;Dizüstü;5 Mart 2026 Perşembe",
    "42;;;Dizüstü;05-Mar-26",
    "42;;;Dizüstü;05/Mar/2026",
    "42;;;Dizüstü;İade edildi 05.03.2026",
    "42;;;Dizüstü;05.03.2026 tarihinde iade edildi",
    "42;;;Dizüstü;İADE: 05.03.2026",
    "1.042;;;Dizüstü;",
    "420.0;;;Dizüstü;",
    "4200;;;Dizüstü;",
    ";;Ali Kaya;Dizüstü;",
    "Sicil No;Hesap;Ad Soyad;Malzeme;İade",
    "B57;;;Dizüstü;",
    "57²;;;Dizüstü;",
    '"=""57""";;;Dizüstü;',
    "5,7E+01;;;Dizüstü;",
    "57 (Ali Veli);;;Dizüstü;",
    "57 - 58;;;Dizüstü;",
    "57 ile 60 arası;;;Dizüstü;",
    "40, 45;;;Dizüstü;",
    "40 ve 45;;;Dizüstü;",
    "'0057;;;Dizüstü;",
    "\u00a057\u00a0;;;Dizüstü;",
    "2026/57;;;Dizüstü;",
    ";mveli;;Dizüstü;",
    ";santral;;Dizüstü;",
    ";m.kaya;;Dizüstü;",
    ";ali42;;Dizüstü;",
    ";;H. Kaya;Dizüstü;",
    ";ayse.kaya2;;Dizüstü;",
    ";a.veli;;Dizüstü;",
    ";ali.veli (eski);;Dizüstü;",
    ";;Ali Bey;Dizüstü;",
    ";;A.V.;Dizüstü;",
    ";;VELİ, Ali;Dizüstü;",
    "-;-;Ali Veli;Dizüstü;",
    '57;;;"Dell\nLatitude";',
    "TOPLAM;;;;",
    "Genel Toplam;;;12;",
    ";;;Toplam: 12 adet;",
    "42;;;Dizüstü;\u00a005.03.2026\u00a0",
    "42;;;Dizüstü;'05.03.2026",
    "42;;;Dizüstü;Geri alındı: 05.03.2026",
]  # fmt: skip


@pytest.mark.parametrize("row", HERS)
def test_a_row_that_may_be_hers_holds_back(row: str) -> None:
    assert on_record(parse(f"{HEAD}{row}\n1;x;;y;\n", "z.csv"), AYSE, TODAY)


@pytest.mark.parametrize("row", NOT_HERS)
def test_a_row_that_is_settled_or_another_s_lets_her_go(row: str) -> None:
    assert on_record(parse(f"{HEAD}{row}\n1;x;;y;\n", "z.csv"), AYSE, TODAY) == []


def test_who_has_no_number_is_held_by_rows_that_know_nothing_else() -> None:
    nameless = replace(AYSE, number="")
    mixed = "sicil;hesap;malzeme\n57;;Telefon\n;ali.veli;Kasa\n"
    assert on_record(parse(mixed, "z.csv"), nameless, TODAY) == [
        "line 2: Telefon (the list goes by employee id, and this account has none)"
    ]
    assert on_record(parse("sicil;hesap;malzeme\n;ali.veli;Kasa\n", "z.csv"), nameless, TODAY) == []


@pytest.mark.parametrize(
    "text", ["sicil;malzeme\n", "ad;soyad\nAli;Veli\n", "malzeme;iade\nMasa;\n", "sicil;iade\n42;\n"]
)
def test_a_list_that_says_too_little_is_none(text: str) -> None:
    with pytest.raises(InventoryInvalid):
        parse(text, "z.csv")


def test_a_day_of_handing_out_is_no_day_of_return() -> None:
    rows = parse("sicil;malzeme;teslim tarihi\n42;Dizüstü;2020-01-01\n", "z.csv")
    assert on_record(rows, AYSE, TODAY) == ["Dizüstü"]


def test_two_columns_of_return_must_agree() -> None:
    assert not came_back(CustodyRow(1, returned=("2026-01-01", "hayır")), TODAY)
    assert came_back(CustodyRow(1, returned=("2026-01-01", "")), TODAY)


def test_a_number_that_a_spreadsheet_shortened_is_every_one_it_may_have_been() -> None:
    assert same_number("1,23457E+10", "12345678901")
    assert not same_number("1,23457E+10", "22345678901")
    assert not same_number("2026-42", "2026-57")


@given(st.integers(1, 99_999), st.integers(1, 99_999), st.integers(0, 4))
def test_zeros_before_a_number_never_decide(one: int, other: int, zeros: int) -> None:
    assert same_number("0" * zeros + str(one), str(other)) == (one == other)


def test_a_column_of_days_may_hold_a_spreadsheet_s_numbers() -> None:
    text = "sicil;malzeme;iade tarihi\n42;Dizüstü;{}\n"
    for cell in ("46086", "46086,5", "05.03.2026"):
        assert on_record(parse(text.format(cell), "z.csv"), AYSE, TODAY) == []
    for cell in ("46386", "0", "1", "32000", "460861", "X"):
        assert on_record(parse(text.format(cell), "z.csv"), AYSE, TODAY) == ["Dizüstü"], cell


NOTES = {
    "iade edilmedi": True, "henüz gelmedi": True, "şarj aleti eksik": True, "ZİMMETLİ": True, "Kayıp": True,
    "tekrar verildi": True, "bulunamadı": True, "teslim alınmamış": True, "iade edilecek": True,
    "eksiksiz": False, "eksik yok": False, "hasar yok": False, "teslim alınmıştır": False, "sağlam": False,
    "İade edildi": False, "garanti 2028": False, "": False,
}  # fmt: skip


# What else people write beside a day of return: all is not well, and all is.
DOUBTFUL = """
iade iptal edildi; iptal; yarısı geldi; bir kısmı geldi; sadece çantası geldi; yalnızca şarj aleti
hâlâ kendisinde; halen evinde; evde unutmuş; kendisinde kaldı; adaptörü yok; ekranı yok; fişi yok
geri aldı; geri verildi; sonradan geri istedi; tekrardan aldı; yanlış kayıt; hatalı giriş
iade tarihi yanlış; 2 adetten 1'i geldi; 1/2; diğeri personelde; öbürü duruyor
emaneten bırakıldı, kontrol edilecek; kontrol edilecek; imzalanmadı; tutanak imzasız; söz verdi
söz verildi; getireceğini söyledi; pazartesi getirecek; personelde; kendi üzerinde; zimmeti düşülmedi
zimmetten düşmedi; zimmet devam ediyor; çalındı; çaldırmış; parası ödenmedi; taksitle ödüyor; savcılıkta
ödünç; bozuk, yenisi verildi; yerine yenisi verildi; değişim yapıldı; değiştirildi
başkasının cihazı geldi; seri no uymuyor; farklı seri no; boş kutu geldi; pending; partial; still has it
only the bag; not yet; to be returned; ?; ??; teyit edilmedi; teyit edilecek; doğrulanmadı; şüpheli
olmadı; yapılmadı; işlem tamamlanmadı; tamamlanmamış; tam değil; kabul edilmedi; reddedildi
iade kabul olmadı; iade alınmamıştır; teslim etmemiştir; kargoda; yolda; postaya verdi; kuryede; şahısta
teslim tutanağı gelmedi; monitör hâlâ masasında; gelecek hafta; yarın; haftaya; izin dönüşü; izinde
raporlu; emekli olunca; ayrılınca; beklemede; onay bekliyor; aranıyor; bulunması bekleniyor; şarjsız
adaptörsüz; kalemi kayıp; 1 adet eksik; 2/3; 3 te 1; üçte biri; yarım; vekaleten; yerine başka cihaz
muadili; taahhüt etti; muhafaza altında; güvenlikte; adliyede; notu: gelmemiştir; almadık; göremedik
bulamadık; gelmez; tam gelmedi; yalnız kasa; kısmi; parça parça; var mı; unuttu; kayda geçmedi
iade etmiş gibi; sözlü; sözde; göstermelik; not received; will return; waiting; TBD; kept
retained by user; at home; overdue; withheld
"""
HARMLESS = """
tam; sağlam; eksiksiz teslim alındı; teslim alan: Mehmet Demir; depoya kondu; tutanak no 2026/114
hasarsız; çalışır durumda; şarj aleti ve çantası ile; kutusuyla; arızalı, servise gönderildi
format atıldı; BT deposu; imzalı; sorunsuz; OK; tamam; zimmetten düşüldü; zimmet kapatıldı; iade alındı
Bilgi İşlem'e teslim; eski cihaz, hurdaya ayrıldı; ekran çizik; tutanak ile teslim alındı
Ahmet Yılmaz teslim aldı; teslim alan Fatma Şahin, 05.03.2026; 05/03/2026 tutanağı
çanta ve şarj aletiyle birlikte; Dell Latitude 5520; HP ProBook 450 G8; SN: 5CG1234XYZ; S/N PF3X1ABC
iade tutanağı imzalandı; Windows 11 kurulu; eski personelden devir; depoya kaldırıldı
ambar girişi yapıldı; TİF no 2026/45; taşınır işlem fişi düzenlendi; kayıttan düşüldü; zimmet fişi 123
kullanılmış, iyi; temiz; hasarsız ve eksiksiz; tüm aksesuarlarıyla
kutusu ile birlikte eksiksiz teslim edildi; muayene edildi; test edildi, çalışıyor; çalışıyor; çalışmıyor
arızalı; hard diski söküldü; veri silindi; sıfırlandı; BİM deposunda; ambarda; rafta; BT'de
Bilgi İşlem Müdürlüğüne iade; -; .; yok; herhangi bir sorun yok; açıklama yok
"""


def _said(texts: str) -> list[str]:
    return [one.strip() for one in re.split("[;\n]", texts) if one.strip()]


@pytest.mark.parametrize(
    ("note", "denied"),
    [*NOTES.items(), *((one, True) for one in _said(DOUBTFUL)), *((one, False) for one in _said(HARMLESS))],
)
def test_a_note_that_denies_the_return_holds_back(note: str, *, denied: bool) -> None:
    rows = parse(f"sicil;malzeme;iade;açıklama\n42;Kasa;05.03.2026;{note}\n", "z.csv")
    assert bool(on_record(rows, AYSE, TODAY)) == denied


def test_the_remark_that_holds_back_is_said() -> None:
    rows = parse("sicil;malzeme;iade;açıklama\n42;Kasa;05.03.2026;ekranı yok\n", "z.csv")
    assert on_record(rows, AYSE, TODAY) == ["line 2: Kasa (beside the day of return: ekranı yok)"]


def test_under_a_heading_of_its_own_anything_may_stand() -> None:
    rows = parse("sicil;malzeme;iade;renk;bulunduğu oda\n42;Kasa;05.03.2026;füme;üçüncü kat\n", "z.csv")
    assert on_record(rows, AYSE, TODAY) == []


def test_what_was_given_out_once_more_is_out() -> None:
    rows = parse("sicil;malzeme;iade;tekrar veriliş tarihi\n42;Kasa;05.03.2026;06.04.2026\n", "z.csv")
    assert on_record(rows, AYSE, TODAY) == ["Kasa"]


def test_a_quotation_mark_that_is_not_closed_swallows_no_rows() -> None:
    text = 'sicil;malzeme;iade\n57;"Dizüstü;\n42;Kasa;\n58;Monitör 15";05.03.2026\n'
    with pytest.raises(InventoryInvalid, match=r"z\.csv:2"):
        parse(text, "z.csv")


def test_cells_that_were_merged_hold_back_and_another_list_below_does() -> None:
    for text in (
        "sicil;malzeme;iade\n57;Kasa;05.03.2026\n;Dizüstü;\n",
        "sicil;malzeme;seri no;iade\n42;Kasa;S1;05.03.2026\n;;S2;\n",
        "sicil;malzeme;iade\n42;Kasa;05.03.2026\n;;hayır\n",
        "sicil;malzeme;iade\n57;Kasa;\nAdet;Sicil;Malzeme\n1;0042;Kasa\n",
    ):
        assert on_record(parse(text, "z.csv"), AYSE, TODAY)


@pytest.mark.parametrize(
    "row", ["0141;;", "P141;;", "p 141;;", "0l4l;;", ";;IŞIL ŞAHİN", ";;isil sahin", ";;ŞahinIşıl"]
)
def test_a_number_with_a_letter_and_a_name_with_every_i(row: str) -> None:
    isil = KnownAs("P-0141", frozenset({"isil.sahin"}), "Işıl Şahin")
    assert on_record(parse(f"{HEAD}{row};Mühür;\n", "z.csv"), isil, TODAY)
    other = KnownAs("P-0142", frozenset({"nur.demir"}), "Nur Demir")
    assert on_record(parse(f"{HEAD}{row};Mühür;\n", "z.csv"), other, TODAY) == []


def test_a_list_may_still_call_her_as_before_her_marriage() -> None:
    account = Account(
        "CN=x", "g", "S-1-5-21-1-1104", "ayse.kaya", Flag.NORMAL, frozenset(),
        {"displayName": "Ayşe Kaya", "employeeID": "42"},
    )  # fmt: skip
    rows = parse(f"{HEAD};;Ayşe Yılmaz;Mühür;\n;ayse.yilmaz;;Kasa;\n", "z.csv")
    assert on_record(rows, KnownAs.of(account), TODAY) == []
    once = KnownAs.of(account, ("ayse.yilmaz@belediye.test",))
    assert on_record(rows, once, TODAY) == ["line 2: Mühür (only a name is there)", "Kasa"]


def test_what_came_back_before_it_was_given_is_out_again() -> None:
    text = "sicil;malzeme;zimmet tarihi;iade tarihi\n42;Dizüstü;{};05.03.2026\n"
    assert on_record(parse(text.format("06.03.2026"), "z.csv"), AYSE, TODAY) == ["Dizüstü"]
    for given_out in ("05.03.2026", "2020-01-01", "", "eski"):
        assert on_record(parse(text.format(given_out), "z.csv"), AYSE, TODAY) == []


@pytest.mark.parametrize(
    "above", ["sep=;\n", "ZİMMET LİSTESİ;;\n\n", '"T.C., Efeler Belediyesi"\n01.11.2026\n']
)
def test_lines_above_the_headings_are_passed_over(above: str) -> None:
    [found] = on_record(parse(f"\ufeff{above}Sicil No;Malzeme;İade\n57;Kasa;\n42;;\n", "z.csv"), AYSE, TODAY)
    assert found == f"line {above.count(chr(10)) + 3}: ?"


@pytest.mark.parametrize(
    "headings", ["Sicil;Malzeme;İade;İade", "Sicil;;Malzeme;İade", "Personel;;Malzeme;\nNo;Ad;Adı;Tarih"]
)
def test_headings_that_are_merged_or_doubled_are_none(headings: str) -> None:
    with pytest.raises(InventoryInvalid):
        parse(f"{headings}\n42;Dizüstü;;2026-01-01\n", "z.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1254"])
@pytest.mark.parametrize("separator", ";,\t")
def test_a_list_is_read_as_it_was_saved(encoding: str, separator: str) -> None:
    rows = ["SİCİL NO", "HESAP ADI", "MALZEME ADI", "İADE TARİHİ"], ["", "IŞIL.ŞAHİN", "Mühür", ""]
    text = "\r\n".join(separator.join(row) for row in rows)
    isil = KnownAs("7", frozenset({"isil.sahin"}), "Işıl Şahin")
    found = on_record(parse(csvfile.decode(text.encode(encoding), "z.csv"), "z.csv"), isil, TODAY)
    assert found == ["Mühür"]


BESIDE = st.lists(
    st.sampled_from([*"'()[].,*_!~:|+>•»“”…", " ", "\t", "\u00a0", "\u200b", "\ufeff", " No: ", " nolu ", " Sicil ", " ve 57 ", " / 57 "]),
    max_size=2,
).map("".join)  # fmt: skip
NUMBERS = st.sampled_from(["42", "0042", "42.0", "42,00", "４２", "4.2E+1", "4,20E+01", "OO42", "P42"])
LOGINS = st.sampled_from(
    ["ayse.kaya", "ayşe.kaya", "ayse_kaya", "kaya.ayse", "ayse.kaya@belediye.test", "BELEDIYE\\ayse.kaya", "aysekaya"]
)  # fmt: skip
NAMES = st.sampled_from(["Ayşe Kaya", "KAYA Ayşe", "AYSE KAYA", "A. Kaya", "Ayşe Nur Kaya", "Kaya, Ayşe"])


@given(
    st.one_of(
        *(
            st.tuples(st.just(column), BESIDE, cell, BESIDE)
            for column, cell in enumerate((NUMBERS, LOGINS, NAMES))
        )
    )
)
def test_whatever_stands_beside_what_is_hers_holds_back(row: tuple[int, str, str, str]) -> None:
    column, before, cell, after = row
    cells = ["", "", ""]
    cells[column] = before + cell + after
    numbers, accounts, names = ((one,) for one in cells)
    assert on_record([CustodyRow(2, numbers, accounts, names, "Dizüstü")], AYSE, TODAY)

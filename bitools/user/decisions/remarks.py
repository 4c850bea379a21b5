"""What a remark beside a day of return says: that all came back, or something that lets one doubt it. Pure.

A remark settles nothing by itself. It unsettles: what is denied, put off, partial, elsewhere or asked holds
back, and so does a sentence of which not one word is known. Words are compared folded, and by their stems.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bitools.user.decisions.names import fold

_LACKS = r"(?:eksi[kg]|hasar|sorun|kusur|ariza|kayip|kayb|borc|noksan|problem|sikinti|cizi[kg]|eksiklik)\w*"
_NOTHING_WRONG = re.compile(
    rf"\b{_LACKS} (?:yok|bulunma|degil)\w*|\b(?:eksik|noksan|hasar|sorun|kusur|ariza|problem|borc)s[iu]z\w*"
    r"|^(?:aciklama|not|bilgi)? ?yok\W*$|\bno (?:damage|defects?)\b"
)
# Stems of what is in doubt: not all of it, with somebody or on its way, put off, called off, disputed.
_STEMS = """
yok degil hayir eksik eksig noksan kayip kayb kalan kaldi(?!r) kalmis kisme kismi kismen yari
sadece yalniz tek diger obur oteki haric disinda adetten tanesi biri olmadan bos
zimmetli zimmette(?!n) uzerinde kullanim kullanmak kullanmay devam hala halen henuz durur kargo kurye posta
yol bekl soz tekrar yeniden odunc gibi emanet degis yenisi yerine sonra borc taksit para bedel ode teyit
dogrulan iptal yanlis hata red farkli baska suphe uym uyus belirsiz calin caldir hirsiz savci mahkeme
sorusturma
"""
# Places and words in -da and -de that say nothing of where the thing still is.
_HARMLESS_PLACES = """
depo ambar bt bim raf dolap islem servis durum hal taraf biz kutu arsiv tarih gun madde cihaz ekran kasa urun
sistem kayit form liste stok nokta hafta sade usta birlik canta hurda latitude harita
"""
_DOUBTS = re.compile(
    "|".join(
        (
            r"\?",
            r"(?<![\d/.,-])\d\d? ?/ ?\d\d?(?![\d/.,-])",  # one of two; no day, no number of a year's list
            # a verb that is denied (a surname is none), still to come, going on, or wished for
            r"\b(?!(?:yil|kork|sol|son|don)m[ae]z\b)\w{2,30}m[ae](?:di|mis|z|yen|yip|yecek|yacak|mali|meli)",
            r"\b(?!calis)\w{2,30}(?:ecek|acak|ecegi|acagi|iyor|uyor)|\b\w{2,30}m[ae]l[iu](?!k)",
            r"\b(?:ise|halinde|\w{2,30}[ae]?rs[ae]|\w{2,30}(?:unca|ince|inca))\b",
            r"\b\w{3,30}(?:siz|suz)\b",  # without something
            rf"\b(?:{'|'.join(_STEMS.split())})",
            r"\b(?:bir kism|geri (?:al|ver|iste)|kontrol ed)",
            r"\b(?:kendi(?:si)?n?de|personelde|evde)\b",
            rf"\b(?!{'|'.join(_HARMLESS_PLACES.split())})\w{{3,30}}[dt][ae]\b",
            r"\b(?:not|never|pending|partial|partly|still|only|awaiting|except|without|wrong|cancel\w*|missing"
            r"|lost|stolen|unclear|disputed|incomplete|unreturned|borrowed|keeps?|to be|has it|part of|half"
            r"|tbd)\b",
        )
    )
)
# Beginnings of words that such remarks are made of: it came, how it is, where it lies, what belongs to it.
_BEGINNINGS = r"""
iade teslim alin geldi getir verildi kabul onay kontrol muayene test imza tutana zimmet kayit
tasinir tif\b fis no\b sn\b lisans garanti personel kapat dusul format sifirlan veri disk sokul
kurulu tam ok evet saglam calis eksiksiz hasarsiz sorunsuz kusursuz arizasiz noksansiz temiz iyi
uygun eski yeni yipran ariza bozuk kirik cizik siyah beyaz gri mavi renk marka model seri adet tum
aksesuar depo ambar arsiv raf hurda servis bt\b bim\b bilgi islem sarj kablo adaptor canta kutu fare
klavye mouse dizustu laptop notebook monitor ekran telefon tablet hat\b sim\b anahtar kart kimlik
arac muhur telsiz yazici kulaklik batarya pil\b returned complete whole good fine done received
checked damaged broken
emekli(?!ye) nakil nakl tayin istifa ayrildi vefat tslm used new\b old\b with\b box\b charger bag
"""
_KNOWN = re.compile("|".join(_BEGINNINGS.split()))
_PIECES = re.compile(r"(?<!\w)(\d{1,3}) ?(?:adet|tane|parca|pcs?)\b")
_WORD = re.compile(r"[^\W_]+")


def doubted(remark: str) -> bool:
    """Does it say, or ask, that something is not back?"""
    text = " ".join(fold(remark).split())
    return bool(_DOUBTS.search(_NOTHING_WRONG.sub(" ", text)))


def understood(remark: str) -> bool:
    """Is one word of it known, or does it hold nothing but a make, a number, a sign?

    Only for a cell whose heading says that it is a remark: under `model` or `renk` anything may stand.
    """
    words = _WORD.findall(remark)
    if not words or _NOTHING_WRONG.search(fold(remark)) or any(_KNOWN.match(fold(word)) for word in words):
        return True
    numbered = any(map(str.isdigit, remark))
    return all(_made(word) or (numbered and word[0].isupper()) for word in words)


def fewer(remark: str, others: Sequence[str]) -> bool:
    """Does it tell of fewer pieces (`1 adet iade`) than stand beside it, in words or as a bare number?"""
    told = [int(one) for one in _PIECES.findall(fold(remark))]
    bare = [int(one) for one in others if re.fullmatch(r" *\d{1,3} *", one)]
    counted = bare + [int(one) for other in others for one in _PIECES.findall(fold(other))]
    return bool(told and counted) and max(counted) > max(told)


def _made(word: str) -> bool:
    """Is it written as makes and serial numbers are: with a digit, in capitals, or with one inside?"""
    return any(map(str.isdigit, word)) or word[1:] != word[1:].lower() or len(word) == 1

"""What stands between a log-in and the prompt, in the languages that devices and their admins speak.

Letters are compared without case and Turkish signs: `Şifrenizin süresi doldu` is `sifrenizin suresi doldu`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from bitools import regex
from bitools.i18n import _
from bitools.net.decisions import pager

_EXPIRED = regex.compile(
    r"password (?:has |is |was |will )?(?:be )?expir|expired password|password change required"
    r"|(?:must|need(?:s)? to|should|forced to) (?:be )?chang\w*(?: your)?(?: \w+)? ?password"
    r"|password (?:must|needs to|has to|should) be changed|change (?:your|the) password"
    r"|(?:enter|type|retype|confirm)?(?: the| your| a)? ?new password ?:|(?:old|current) password ?:"
    r"|(?:sifre|parola)\w* (?:\w+ )?(?:suresi (?:dol|bit)|degistir)|(?:yeni|eski) (?:sifre|parola)\w* ?:"
    r"|unix password ?:|new password for"
    r"|(?:configure|set|choose) (?:a |an |the |your )?(?:new |login |initial )*password"
    r"|kennwort.{0,20}abgelaufen|neues (?:kennwort|passwort)|mot de passe.{0,20}expir|nouveau mot de passe"
    r"|contrasena.{0,20}caduc|nueva contrasena|парол.{0,20}(?:истек|просроч)|новыи парол"
    r"|密码.{0,6}过期|新密码|修改密码|旧密码"
)
_SECOND_FACTOR = regex.compile(
    r"verification code|one[- ]time (?:password|code|pin)|\botp\b|passcode|authenticator|token[ -]?code"
    r"|two-factor"
    r"|second factor|\bduo\b|\b[2m]fa\b|challenge ?:|response ?:\s*$|securid|code (?:we )?(?:sent|texted)"
    r"|\bsms\b"
    r"|(?:dogrulama|onay|guvenlik) kodu|tek kullanimlik|gelen kod|验证码|动态(?:口令|密码)|令牌"
)
_CHOICE = regex.compile(r"^[\s|*]*[\[(]?(?:\d{1,2}|[a-z])(?:[\]).:]+(?:\s+|-)|\s+[-=]\s+)\S", lines=True)
_RANGE = regex.compile(r"[(\[]\d+ ?- ?\d+[)\]]")
_MENU = regex.compile(
    r"\b(?:select|selection|choice|choose|option|menu|secim|seciniz|secenek)|选择|菜单|选项"
)
_QUESTION = regex.compile(
    r"[\[(] ?(?:y|yes|e|evet)(?:es)? ?/ ?(?:n|no|h|hayir)o? ?[\])]|\(yes/|\[confirm\]|[?？]\s*$"
    r"|[\[(](?:yes|no|y|n|evet|hayir)[\])] ?[:?]?\s*$|^(?:please )?(?:select|choose|pick)\b.*[:>]\s*$"
    r"|\bto (?:accept|agree)\b"
    r"|press .{1,20} to (?:accept|acknowledge)|\btype .{1,20} to (?:accept|continue)|是/否|musunuz"
)
_LOG_IN = regex.compile(
    r"(?:^|\n)[^\n]{0,40}(?:user(?: ?name)?|log-?in|account|pass(?:word|code|phrase)|kullanici(?: adi)?"
    r"|sifre\w*|parola\w*"
    r"|用户名?|密码|口令)\s*[:：]\s*$"
)
_BUSY = regex.compile(
    r"lines? (?:are|is) in use|(?:all|no) (?:free )?(?:user interfaces|vtys?|lines?"
    r"|sessions?)\b.{0,40}\b(?:used|busy|available|free)"
    r"|max\w*\b.{0,30}\b(?:sessions?|users?|connections?|logins?)\b.{0,40}"
    r"\b(?:reached|exceeded|active|in use|online)"
    r"|(?:session|connection|user|login)s? limit|\busers?\b.{0,30}\b(?:reache[sd]|exceed\w*)"
    r"|too many (?:users?|sessions?|connections?|logins?)|(?:maksimum|azami) (?:oturum|kullanici)"
    r"|oturum (?:sayisi|siniri)"
    r"|用户(?:数|已满)|会话.{0,6}(?:上限|最大)"
)
_AAA = regex.compile(
    r"(?:tacacs\+?|radius|\baaa\b|ldap|(?:authentication|authorization|login) server)\b.{0,60}"
    r"(?:timed? ?-?out|unreachable|not (?:respond|reach|avail)|no response|unavailable|fail|dead|down)"
)
_DENIED = regex.compile(
    r"\b(?:authori[sz]ation|authentication|log-?in|access)\b.{0,12}\b(?:failed|denied|rejected|refused)"
    r"|permission denied|not authori[sz]ed|\b(?:giris|erisim|yetki)\w*\b.{0,20}\b(?:reddedildi|basarisiz|yok)"
    r"|(?:认证|授权|登录).{0,4}失败|拒绝"
)
_BOOT_LOADER = regex.compile(
    r"^(?:rommon ?\d* ?>|switch ?:|loader ?>|(?:\w+-)?boot(?:rom|ware|loader)?\b.{0,20}[>#:]|aboot ?#"
    r"|grub ?>|u-boot ?>|=>|cfe>"
    r"|monitor ?>|\(aboot\)|ecos>)\s*$"
)
_LOCKED = regex.compile(
    r"\b(?:account|user)\b.{0,30}\b(?:locked|disabled|blocked|suspended)"
    r"|(?:hesab|kullanici)\w*\b.{0,20}kilit|用户.{0,6}锁定"
)
_BOOTING = regex.compile(
    r"\b(?:system|switch|router|device|cli|firewall|cihaz|sistem)\b.{0,40}"
    r"(?:\bboot(?:ing|s)\b|starting up|initiali[sz]|not (?:yet )?ready|coming up|baslatil|acili[ys]or)"
    r"|系统.{0,6}启动"
)


class Cause(NamedTuple):
    """Why, as one word, as a sentence, and what to do next."""

    reason: str
    message: str
    hint: str


def folded(text: str) -> str:
    """In small letters, without the signs of Turkish ones."""
    plain = unicodedata.normalize("NFKD", text.replace("ı", "i").casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def at_log_in(words: str) -> Cause | None:
    """What an SSH server asks for beside a password."""
    words = folded(words)
    return next((tell() for sign, tell in _FIRST if sign.search(words)), None)


def asked(end: str) -> Cause | None:
    """What it waits for, by the end of what it said."""
    words = folded(end)
    last = words.rpartition("\n")[2]
    if found := at_log_in(words):
        return found
    if _BOOT_LOADER.match(last):
        return _boot_loader()
    if _is_a_menu(words, last):
        return _menu()
    if _QUESTION.search(last):
        return _question()
    if pager.stranger(last):
        return paged()
    return None


def refused(end: str) -> Cause | None:
    """Why it lets nobody on, where it asks for nothing."""
    words = folded(end)
    return next((tell() for sign, tell in _REFUSALS if sign.search(words)), None)


def logs_in(end: str) -> Cause | None:
    """Does it ask for a name or a password again?"""
    if not _LOG_IN.search(folded(end)):
        return None
    hint = _("is it a terminal server, or does the device ask again? log in by hand")
    return Cause("login", _("it asks for a name or password again"), hint)


def paged() -> Cause:
    """It waits for a key."""
    hint = _("check the platform's paging commands, and that this user may use them")
    return Cause("pager", _("it shows page by page and waits for a key"), hint)


def _is_a_menu(words: str, last: str) -> bool:
    choices = len(list(_CHOICE.finditer(words)))
    if choices > 1:
        return bool(_MENU.search(words)) or last.rstrip().endswith((":", ">", "?", "："))
    return bool(_MENU.search(last) and _RANGE.search(last))


def _expired() -> Cause:
    hint = _("log in by hand once and set a new one; then change it in devices.yaml")
    return Cause("password_expired", _("it wants a new password: this one has expired"), hint)


def _second_factor() -> Cause:
    hint = _("an account for machines, without it; or key_file in devices.yaml")
    return Cause("second_factor", _("it asks for a second factor"), hint)


def _menu() -> Cause:
    hint = _("an account that begins at the command line; or prompt.login of a platform of your own")
    return Cause("menu", _("it shows a menu and waits for a choice"), hint)


def _question() -> Cause:
    hint = _("answer it once by hand; or prompt.login of a platform of your own")
    return Cause("question", _("it waits for an answer"), hint)


def _busy() -> Cause:
    hint = _("who is logged in there? end sessions that nobody uses, and give idle ones a time limit")
    return Cause("busy", _("it has no session left for us"), hint)


def _aaa() -> Cause:
    hint = _("is the RADIUS or TACACS+ server up? this user may also be local to the device")
    return Cause("aaa", _("the server that it asks about users does not answer"), hint)


def _denied() -> Cause:
    hint = _("may this account log in there, and see the configuration? ask its RADIUS or TACACS+ server")
    return Cause("not_authorised", _("it lets this account do nothing"), hint)


def _locked() -> Cause:
    hint = _("who tried a wrong password? unlock it on the device or its server; try one device first")
    return Cause("locked", _("the account is locked"), hint)


def _boot_loader() -> Cause:
    hint = _("it did not start its software: go there, or to its console")
    return Cause("boot_loader", _("it stands in its boot loader"), hint)


def _booting() -> Cause:
    hint = _("wait until it is up, then run it again; why did it start anew?")
    return Cause("booting", _("it is still starting"), hint)


_Signs = tuple[tuple[regex.Pattern, Callable[[], Cause]], ...]
_FIRST: _Signs = ((_EXPIRED, _expired), (_SECOND_FACTOR, _second_factor))
_REFUSALS: _Signs = (
    (_BUSY, _busy),
    (_LOCKED, _locked),
    (_AAA, _aaa),
    (_BOOTING, _booting),
    (_DENIED, _denied),
)

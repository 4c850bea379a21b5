"""What a domain controller's refusals mean, in our words. Windows and Samba agree on the hex code, not on
the LDAP number: a password that breaks the policy is 19 from one and 53 from the other.

Sources: OpenSSL's X509_V_ERR_* numbers; learn.microsoft.com, LDAP error 49 sub-codes; MS-ERREF 2.2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bitools.errors import BitoolsError, CredentialsRejected, Rejected, Unreachable
from bitools.i18n import _

CERTIFICATE = {
    10: ("expired", _("its certificate has expired")),
    9: ("not_yet_valid", _("its certificate is not valid yet")),
    18: ("self_signed", _("its certificate is signed by itself, not by the CA of directory.yaml")),
    19: ("unknown_ca", _("its certificate comes from a CA that directory.yaml does not name")),
    20: ("unknown_ca", _("its certificate comes from a CA that directory.yaml does not name")),
    62: ("wrong_host", _("its certificate is for another host name")),
    64: ("wrong_host", _("its certificate is for another address")),
}
_BIND = {
    "52e": _("wrong user name or password"),
    "525": _("no such user"),
    "530": _("logon is not allowed at this time"),
    "532": _("the password has expired"),
    "533": _("the account is disabled"),
    "701": _("the account has expired"),
    "773": _("the password must be changed first"),
    "775": _("the account is locked out"),
}


def refusal(result: Mapping[str, Any], dn: str, server: str) -> BitoolsError:
    """The error that stands for an LDAP result other than success; `dn` is what was asked for."""
    text = str(result["message"] or "").strip("\x00 \n")
    code = text[:8].upper() if re.match(r"[0-9A-Fa-f]{8}", text) else ""
    number = result["result"]
    if number == 49:
        data = re.search(r"data ([0-9a-f]+)", text)
        why = _BIND.get(data[1] if data else "", result["description"])
        hint = _("check bind: in directory.yaml; it is not tried again")
        return CredentialsRejected(why, target=server, hint=hint, reason=data[1] if data else "bind")
    if number in (51, 52):
        return Unreachable(_("the controller is busy or shutting down"), target=server, reason="unknown")
    reason, message, hint = _meaning(number, code)
    detail = message or f"{result['description']} {text}".strip()
    return Rejected(detail, target=dn or server, hint=hint, reason=reason)


def _meaning(number: int, code: str) -> tuple[str, str, str]:
    """Reason, message and hint of a refusal, by the Win32 code in it, else by the LDAP number."""
    if code == "0000052D":
        return "policy", _("the domain's password policy refuses the password"), ""
    if number == 50 or code == "00002098":
        who = _("delegate it to the account in bind:, see the manual")
        return "rights", _("bitools may not do this here"), who
    if code in ("00000561", "00000529"):
        return "absent", _("it is no member"), ""
    if number == 68 or code in ("00002071", "0000202F", "00000562", "00000528"):
        return "exists", _("it is there already, or a name in it is taken"), ""
    if number == 10:
        return "referral", _("this controller points to another one; that is not followed"), ""
    if number == 4:
        return "truncated", _("the answer was cut off"), ""
    if number == 34:
        return "dn", _("this is no DN"), ""
    if number == 32:
        return "missing", _("it is not there"), ""
    if number == 53:
        return "refused", _("the controller will not do this"), _("its event log says why")
    return "refused", "", ""

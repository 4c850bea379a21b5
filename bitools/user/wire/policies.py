"""Password policies: the domain's, and the fine-grained ones that apply to an account or its groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bitools.user.decisions.account import Account
from bitools.user.decisions.group import Group
from bitools.user.decisions.passwords import PasswordPolicy
from bitools.user.wire.directory import Domain, Entry, literal
from bitools.user.wire.queries import first

_DAY = 864_000_000_000  # in ticks of 100 ns


def policy(domain: Domain, groups: Sequence[Group] = ()) -> PasswordPolicy:
    """The password policy for members of these groups: the domain's and every fine-grained one.

    Which of several fine-grained ones wins is Windows's affair; a password that fits all of them fits.
    """
    rules = ["minPwdLength", "pwdProperties", "pwdHistoryLength", "minPwdAge"]
    entry = domain.read(domain.base, rules)
    complexity = bool(int(first(entry, "pwdproperties") or 1) & 1)
    result = PasswordPolicy(
        int(first(entry, "minpwdlength") or 7),
        complexity,
        int(first(entry, "pwdhistorylength") or 0),
        -int(first(entry, "minpwdage") or 0) / _DAY,
        domain.base,
    )
    for other in _fine_grained(domain, groups):
        result = result.stricter(other)
    return result


def of(domain: Domain, account: Account) -> PasswordPolicy:
    """The password policy for an account that exists: the domain's, its groups', and its own."""
    around = [
        Group("", found, "") for sid in account.all_groups if (found := first(_by_sid(domain, sid), "dn"))
    ]
    return policy(domain, [*around, Group("", account.dn, "")])


def _by_sid(domain: Domain, sid: str) -> Entry:
    return domain.read(f"<SID={sid}>", ["cn"])


def _fine_grained(domain: Domain, groups: Sequence[Group]) -> Iterable[PasswordPolicy]:
    """Fine-grained policies (MS-ADTS 3.1.1.4.5.36) for these groups; few are allowed to read them."""
    container = f"CN=Password Settings Container,CN=System,{domain.base}"
    names = ["msDS-MinimumPasswordLength", "msDS-PasswordComplexityEnabled", "cn"]
    around = {dn for group in groups for dn in (group.dn, *group.within)}
    applies = "".join(f"(msDS-PSOAppliesTo={literal(dn)})" for dn in sorted(around))
    for entry in domain.search(container, f"(|{applies})", names) if around else ():
        length = int(first(entry, "msds-minimumpasswordlength") or 0)
        yield PasswordPolicy(
            length, first(entry, "msds-passwordcomplexityenabled") == "TRUE", name=first(entry, "cn")
        )

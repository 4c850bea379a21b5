"""Make the domain: run by Debian's own Python, to which the samba module belongs.

Reads one JSON object on standard input (passwords are nobody's business on a command line): `folder`,
`address`, `realm`, `netbios`, `host`, `admin_password`, `operator`, `operator_password`, `lockout`.

The operator is a plain account with rights delegated on two OUs, as an admin of a municipality would do
it: create, change, move and reset users there, write the members of the groups in OU=Gruplar, and read
the password settings and the deleted objects.
"""

import json
import logging
import sys
from pathlib import Path
from typing import Any

import ldb  # type: ignore[import-not-found]
from samba.auth import system_session  # type: ignore[import-not-found]
from samba.dcerpc import security  # type: ignore[import-not-found]
from samba.param import LoadParm  # type: ignore[import-not-found]
from samba.provision import provision  # type: ignore[import-not-found]
from samba.samdb import SamDB  # type: ignore[import-not-found]
from samba.sd_utils import SDUtils  # type: ignore[import-not-found]

UNITS = ("OU=Personel", "OU=Memur,OU=Personel", "OU=Ayrilanlar", "OU=Gruplar")
GROUPS = ("Personel", "Yazicilar", "VPN")
USER, GROUP, MEMBER = (
    "bf967aba-0de6-11d0-a285-00aa003049e2",
    "bf967a9c-0de6-11d0-a285-00aa003049e2",
    "bf9679c0-0de6-11d0-a285-00aa003049e2",
)
MINUTE = -60 * 10_000_000


def make(order: dict[str, Any]) -> Any:
    """Provision the domain. `skip_sysvolacl` leaves out the one step that needs real root."""
    empty = Path(order["folder"]) / "etc" / "empty.conf"  # keeps the machine's own smb.conf out of it
    empty.parent.mkdir(parents=True, exist_ok=True)
    empty.write_text(f"[global]\n\tinterfaces = {order['address']}/8\n\tbind interfaces only = yes\n")
    parameters = LoadParm()
    parameters.load(str(empty))
    result = provision(
        logging.getLogger("provision"),
        system_session(),
        smbconf=str(empty),
        targetdir=order["folder"],
        realm=order["realm"],
        domain=order["netbios"],
        hostname=order["host"],
        hostip=order["address"],
        adminpass=order["admin_password"],
        serverrole="active directory domain controller",
        dns_backend="NONE",
        samdb_fill="FULL",
        dom_for_fun_level=4,
        lp=parameters,
        skip_sysvolacl=True,
        useeadb=True,
    )
    # the database it returns is opened as Administrator, who may not change the rights of everything
    return SamDB(result.paths.samdb, session_info=system_session(), lp=result.lp)


def change(database: Any, dn: str, add: bool = False, **values: Any) -> None:
    """Replace (or add to) attributes of one object, found by DN: the indexes are not yet to be trusted."""
    message = ldb.Message(ldb.Dn(database, dn))
    how = ldb.FLAG_MOD_ADD if add else ldb.FLAG_MOD_REPLACE
    for name, value in values.items():
        message[name] = ldb.MessageElement(value if isinstance(value, list) else str(value), how, name)
    database.modify(message)


def seed(database: Any, order: dict[str, Any]) -> None:
    """Put in the OUs, the groups, the policy and the operator."""
    base, host = str(database.domain_dn()), order["host"]
    fqdn = f"{host}.{order['realm']}".lower()
    controller = f"CN={host.upper()},OU=Domain Controllers,{base}"
    # nobody else adds this name, and without it Kerberos to LDAP fails
    change(database, controller, add=True, servicePrincipalName=[f"ldap/{fqdn}", f"ldap/{host}"])
    change(
        database,
        base,
        minPwdLength=12,
        pwdHistoryLength=24,
        pwdProperties=1,
        lockoutThreshold=order["lockout"],
        lockoutDuration=30 * MINUTE,
        lockOutObservationWindow=30 * MINUTE,
    )
    for unit in UNITS:
        database.add({"dn": f"{unit},{base}", "objectClass": "organizationalUnit"})
    for group in GROUPS:
        database.add({"dn": f"CN={group},OU=Gruplar,{base}", "objectClass": "group", "sAMAccountName": group})
    name, operator = order["operator"], f"CN={order['operator']},CN=Users,{base}"
    database.newuser(name, order["operator_password"], description="bitools: kisi hesaplarini yonetir")
    change(database, operator, userAccountControl=512 + 65536)  # its password does not expire
    delegate(database, base, operator)


def delegate(database: Any, base: str, operator: str) -> None:
    """Give the operator its rights, and no others."""
    [entry] = database.search(operator, ldb.SCOPE_BASE, attrs=["objectSid"])
    sid = database.schema_format_value("objectSID", entry["objectSid"][0]).decode()
    rights = SDUtils(database)
    for unit in ("OU=Personel", "OU=Ayrilanlar"):
        # create and delete (a move is both) users below; there read, write, reset, rename
        rights.dacl_add_ace(f"{unit},{base}", f"(OA;CI;CCDC;{USER};;{sid})")
        rights.dacl_add_ace(f"{unit},{base}", f"(OA;CIIO;RPWPCRLCLORCSD;;{USER};{sid})")
    rights.dacl_add_ace(f"OU=Gruplar,{base}", f"(OA;CIIO;RPWP;{MEMBER};{GROUP};{sid})")
    rights.dacl_add_ace(f"CN=Password Settings Container,CN=System,{base}", f"(A;CI;RPLCLORC;;;{sid})")
    # deleted objects show themselves only to those who ask for them by a control
    deleted, control = f"CN=Deleted Objects,{base}", ["show_deleted:1"]
    rights.update_aces_in_dacl(
        deleted,
        add_aces=[f"(A;CI;RPLCLORC;;;{sid})"],
        controls=[*control, f"sd_flags:1:{security.SECINFO_DACL}"],
    )


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    job = json.load(sys.stdin)
    seed(make(job), job)

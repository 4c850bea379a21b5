"""The one domain of the lab, and the files Samba and Kerberos read about it."""

from __future__ import annotations

from pathlib import Path

REALM = "belediye.test"
NETBIOS = "BELEDIYE"
HOST = "dc1"
FQDN = f"{HOST}.{REALM}"
BASE_DN = "DC=belediye,DC=test"
OPERATOR = "bitools"
LOCKOUT = 5

# One process, no file sharing, no RPC, no DNS: what bitools talks to and nothing else.
SMB_CONF = """\
[global]
\tworkgroup = {netbios}
\trealm = {realm}
\tnetbios name = {host}
\tserver role = active directory domain controller
\tserver services = ldap, cldap, kdc
\tinterfaces = {address}/8
\tbind interfaces only = yes
\tprivate dir = {folder}/private
\tstate directory = {folder}/state
\tcache directory = {folder}/cache
\tlock directory = {folder}/lock
\tpid directory = {folder}/run
\tncalrpc dir = {folder}/run/ncalrpc
\tbinddns dir = {folder}/bind-dns
\tntp signd socket directory = {folder}/run/ntp
\twinbindd socket directory = {folder}/run/winbindd
\tlog file = {folder}/log/samba.log
\tlogging = file
\tlog level = 1 auth_audit:3 dsdb_audit:5 dsdb_password_audit:5 dsdb_group_audit:5
\tmax log size = 20000
\tpanic action = /bin/true
\ttls enabled = yes
\ttls certfile = {certificate}
\ttls keyfile = {key}
\ttls cafile = {ca}
\tldap server require strong auth = {strong_auth}
\tldb:nosync = true
"""

KRB5_CONF = """\
[libdefaults]
 default_realm = {realm}
 dns_lookup_realm = false
 dns_lookup_kdc = false
 rdns = false
 dns_canonicalize_hostname = false
[realms]
 {realm} = {{
  kdc = {address}
  kpasswd_server = {address}
 }}
[domain_realm]
 .{domain} = {realm}
 {domain} = {realm}
"""


def smb_conf(folder: Path, address: str, certificate: Path, key: Path, ca: Path, strong_auth: str) -> str:
    """What Samba is to do; `strong_auth` is its `ldap server require strong auth`."""
    return SMB_CONF.format(
        netbios=NETBIOS,
        realm=REALM.upper(),
        host=HOST.upper(),
        address=address,
        folder=folder,
        certificate=certificate,
        key=key,
        ca=ca,
        strong_auth=strong_auth,
    )


def krb5_conf(address: str) -> str:
    """Where Kerberos clients find this domain, without DNS."""
    return KRB5_CONF.format(realm=REALM.upper(), domain=REALM, address=address)

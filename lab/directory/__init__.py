"""A real Active Directory domain controller (Samba) on a loopback address of its own."""

from .controller import DomainController, NotReady

__all__ = ["DomainController", "NotReady"]

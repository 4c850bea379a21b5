"""One real router: FRR behind OpenSSH, in namespaces of its own."""

from .router import Router, RouterFailed

__all__ = ["Router", "RouterFailed"]

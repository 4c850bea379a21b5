"""Real routers: FRR behind OpenSSH, in namespaces of its own."""

from .backbone import Backbone
from .router import Router, RouterFailed

__all__ = ["Backbone", "Router", "RouterFailed"]

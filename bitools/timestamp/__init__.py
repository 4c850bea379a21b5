"""The time authority: a third party says, signed, that these bytes existed at that time (RFC 3161).

What is stamped is small (a manifest, the ledger's head), and a stamp is proven against the bytes themselves,
recomputed, never against a request that lies beside it: any valid pair of request and response would pass.
The certificates must have been valid when the token was made, not today.

    `asking` speaks to an authority over HTTP      `tokens` takes responses and tokens apart
    `proving` holds a token against bytes          `identity` is how KamuSM wants to know its customers
"""

from bitools.timestamp.asking import stamp
from bitools.timestamp.proving import Proof, prove
from bitools.timestamp.tokens import bare, response

__all__ = ["Proof", "bare", "prove", "response", "stamp"]

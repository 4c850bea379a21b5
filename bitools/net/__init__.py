"""WAN and LAN change tracking: fetch, prove whole, store, compare."""

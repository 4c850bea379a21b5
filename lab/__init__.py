"""A municipality in a box: simulated switches, a real router, a real domain controller, a mail server.

For the demo, the tests and the benchmarks of bitools. `python -m lab up DIR` brings it up.
"""

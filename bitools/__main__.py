"""`python -m bitools` is `bitools`."""

import sys

from bitools.cli import main

sys.exit(main())

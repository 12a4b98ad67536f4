"""`python -m scenec` is `scenec`."""

import sys

from scenec.cli import main

sys.exit(main())

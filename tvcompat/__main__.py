"""``python -m tvcompat``: the command line."""

import sys

from tvcompat.cli import main

if __name__ == "__main__":
    sys.exit(main())

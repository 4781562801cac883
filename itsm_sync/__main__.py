"""The command `itsm-sync`."""

import sys

from itsm_sync.cli import run
from itsm_sync.cli.call import prepare


def main() -> None:
    """Run the command line and leave with its exit status."""
    prepare()
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

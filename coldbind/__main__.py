"""`python -m coldbind` is the `coldbind` command."""

from coldbind.cli import main

if __name__ == "__main__":
    main()

"""`python -m smappee_tui` is `smappee-tui`."""

from smappee_tui.cli import main

if __name__ == "__main__":
    main()

"""Run the program: ``python -m shopstock``."""

from shopstock.cli.main import main

if __name__ == "__main__":
    main()

"""`python -m docs.generate`: write the pages of the reference that follow from the code.

A test compares each page with what the code says today.
"""

from docs.generate.pages import PAGES


def main() -> None:
    """Write every page."""
    for path, page in PAGES.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()

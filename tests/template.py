"""Fills the template database of the tests: tables, rights, places, the demo district."""

import django


def main() -> None:
    django.setup()
    from twinloop.desk import demo
    from twinloop.desk.prepare import prepare_database

    prepare_database()
    demo.fill(life=False)


if __name__ == "__main__":
    main()

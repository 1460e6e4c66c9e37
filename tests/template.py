"""Fills a database with tables, rights, places, the demo district: `python -m tests.template [NAME WHOLE FAILED]`.

The tests' template gets its name WHOLE once it is whole, or FAILED says why it is not; `bench/` fills without a name.
"""

import json
import os
import sys
import traceback
from pathlib import Path

import django
import psycopg


def fill() -> None:
    django.setup()
    from django.db import connection

    from twinloop.desk import demo
    from twinloop.desk.prepare import prepare_database

    prepare_database()
    demo.fill(life=False)
    connection.close()
    connection.close_pool()


def name(filling: str, whole: str) -> None:
    with psycopg.connect(json.loads(os.environ["PYTEST_TWINLOOP_URLS"])["owner"], autocommit=True) as owner:
        owner.execute(f"ALTER DATABASE {filling} RENAME TO {whole}")


def main(given: list[str]) -> None:
    if not given:
        return fill()
    filling, whole, failed = given
    try:
        fill()
        name(filling, whole)
    except BaseException:
        Path(failed).write_text(traceback.format_exc(), encoding="utf-8")
        raise


if __name__ == "__main__":
    main(sys.argv[1:])

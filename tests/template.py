"""Fills the template database of the tests: tables, rights, places, the demo district. Whole, it gets its name."""

import json
import os
import sys
import traceback
from pathlib import Path

import django
import psycopg


def main(filling: str, whole: str) -> None:
    django.setup()
    from django.db import connection

    from twinloop.desk import demo
    from twinloop.desk.prepare import prepare_database

    prepare_database()
    demo.fill(life=False)
    connection.close()
    connection.close_pool()
    with psycopg.connect(json.loads(os.environ["PYTEST_TWINLOOP_URLS"])["owner"], autocommit=True) as owner:
        owner.execute(f"ALTER DATABASE {filling} RENAME TO {whole}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:3])
    except BaseException:
        Path(sys.argv[3]).write_text(traceback.format_exc(), encoding="utf-8")
        raise

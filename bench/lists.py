"""How long lists, counts, search and pages take: ``python -m bench.lists [rows]`` (200,000 disputes and incidents).

A scratch server of its own, rows inserted by SQL; every request goes through Django's whole stack as the role of the
application, so that row-level security is in the figures. Prints median and 95th percentile in ms, and queries a page.
`bench.whole` asks every page of a fuller district.
"""

from __future__ import annotations

import sys
import time
from functools import partial

from bench import pages, scratch


def main(rows: int) -> None:
    began = time.perf_counter()
    with scratch.filled(rows):
        print(f"{rows:,} disputes, {rows:,} incidents, {2 * rows:,} parties; {time.perf_counter() - began:.0f} s")
        client_of = pages.ready()
        asked = pages.questions()
        for role in ("bureau", "chief", "community_officer", "mediator"):
            client = client_of(role)
            print(f"\n{role:<46}  median     p95     cpu  (ms)")
            for name, path in asked.items():
                pages.report(name, partial(client.get, path))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)

"""Hot spots of a year: 10,000 incidents over the communities of a county. `python -m bench.hotspots [INCIDENTS]`."""

from __future__ import annotations

import sys
import time

import numpy as np

from twinloop.decide.hotspots import Spot, read


def district(communities: int, incidents: int, *, by_people: bool) -> list[Spot]:
    """Communities on a square grid of 3 km, incidents by people, one in twenty of them in three places too many."""
    dice = np.random.default_rng(7)
    side = int(np.ceil(communities**0.5))
    people = dice.integers(600, 6_000, communities)
    shares = people / people.sum()
    now = dice.multinomial(incidents * 19 // 20, shares)
    now[:3] += incidents // 60
    past = dice.multinomial(incidents, shares)
    return [
        Spot(
            id=n, now=int(now[n]), past=int(past[n]), people=int(people[n]) if by_people else None,
            latitude=25 + 0.027 * (n // side), longitude=115 + 0.03 * (n % side),
        )
        for n in range(communities)
    ]  # fmt: skip


def main(incidents: int = 10_000) -> None:
    for communities in (36, 100, 300, 600):
        for by_people in (False, True):
            spots = district(communities, incidents, by_people=by_people)
            times = []
            for _ in range(3):
                start = time.perf_counter()
                found = read(spots)
                times.append(time.perf_counter() - start)
            named = sorted({pk for one in found.clusters for pk in one.ids})
            word = "by people" if by_people else "by the past"
            print(f"{communities} communities, {word}: {min(times):.2f} s, named {named[:6]}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

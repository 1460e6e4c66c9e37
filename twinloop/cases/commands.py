"""`twinloop keys`: the key ring of identity fields."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click


@contextmanager
def _ready() -> Iterator[None]:
    """A database, the system's eyes, and refusals as one sentence with exit status 1."""
    from twinloop.launch.started import database

    with database():
        from twinloop.cases.telling import language, sentence
        from twinloop.decide import Refused
        from twinloop.edge.keyring import KeyRefused
        from twinloop.edge.words import say
        from twinloop.ledger.sight import SYSTEM, see_as

        try:
            with see_as(SYSTEM):
                yield
        except Refused as refused:
            click.echo(sentence(refused), err=True)
            sys.exit(1)
        except KeyRefused as refused:
            click.echo(say(refused.code, language(), **refused.facts), err=True)
            sys.exit(1)


@click.group()
def keys() -> None:
    """Keys of identity fields: keys.json in the data folder. Back it up apart from the database."""


@keys.command()
def show() -> None:
    """Which keys there are, and which are current."""
    with _ready():
        from twinloop.ledger.ring import ring

        for key in ring().keys:
            click.echo(
                f"{key.id}\t{key.purpose}\t{key.algorithm}\t{key.created_on}\t{'current' if key.is_current else ''}"
            )


@keys.command()
@click.option("--cipher", type=click.Choice(["aes-256-gcm", "sm4-gcm"]), help="as before where not given")
def rotate(cipher: str | None) -> None:
    """Make a new encryption key and seal everything with it. Goes on where it was interrupted."""
    with _ready():
        from django.utils import timezone

        from twinloop.cases import rotating
        from twinloop.edge.keyring import Cipher

        rows = rotating.rotate(at=timezone.now(), cipher=Cipher(cipher) if cipher else None)
        click.echo(f"{rows} 行已换新密钥")


@keys.command()
def reseal() -> None:
    """Finish a rotation that was interrupted."""
    with _ready():
        from twinloop.cases import rotating

        click.echo(f"{rotating.reseal()} 行已换新密钥")


@keys.command(name="rotate-blind")
@click.option("--digest", type=click.Choice(["hmac-sha-256", "hmac-sm3"]), help="as before where not given")
def rotate_blind(digest: str | None) -> None:
    """Make a new index key and compute every index anew."""
    with _ready():
        from django.utils import timezone

        from twinloop.cases import rotating
        from twinloop.edge.keyring import Digest

        rows = rotating.rotate_blind(at=timezone.now(), digest=Digest(digest) if digest else None)
        click.echo(f"{rows} 行已重建索引")


@keys.command()
def reindex() -> None:
    """Finish an index rotation that was interrupted."""
    with _ready():
        from twinloop.cases import rotating

        click.echo(f"{rotating.reindex()} 行已重建索引")


@keys.command()
@click.argument("key_id")
def retire(key_id: str) -> None:
    """Forget an old key for good; refused while anything still needs it."""
    with _ready():
        from django.utils import timezone

        from twinloop.cases import rotating

        rotating.retire(key_id, at=timezone.now())
        click.echo(f"{key_id} 已销毁")

"""Is the port free, and if not, who has it and which is free?"""

from __future__ import annotations

import contextlib
import errno
import socket

import psutil

from twinloop.launch.words import Trouble, say


def refuse_taken(bind: str, port: int) -> None:
    """Raise Trouble that names the holder and a free port, before anything is started."""
    try:
        _try(bind, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Trouble("port_taken", port=port, holder=holder(port), free=_free(bind, port)) from None
        if error.errno in {errno.EACCES, errno.EPERM}:
            raise Trouble("port_forbidden", port=port, free=_free(bind, 8000)) from None
        raise Trouble("bind_wrong", bind=bind, reason=error.strerror) from None


def holder(port: int) -> str:
    """The process that listens on a port, as far as we may see it."""
    with contextlib.suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:2] == (port,) and connection.pid:
                process = psutil.Process(connection.pid)
                return say("port_holder", name=process.name(), pid=process.pid, user=process.username())
    return say("port_holder_unseen")


def _try(bind: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((bind, port))
        door.listen(1)  # with SO_REUSEADDR only this tells that another listens


def _free(bind: str, port: int) -> int:
    for candidate in range(max(port, 1023) + 1, 65536):
        with contextlib.suppress(OSError):
            _try(bind, candidate)
            return candidate
    return 0

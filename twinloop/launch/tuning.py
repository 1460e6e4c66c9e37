"""Settings of the embedded server: modest, durable, reachable by its socket alone."""

from __future__ import annotations

MODEST = {
    "shared_buffers": "128MB", "max_connections": "60", "work_mem": "8MB", "maintenance_work_mem": "64MB",
    # nearly all that is asked lies in memory or on flash: looking a few rows up costs little more than reading on
    "random_page_cost": "1.1",
}  # fmt: skip
FIXED = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "Asia/Shanghai",
    "lc_messages": "C",
    "jit": "off",  # its compilation costs more than our short queries take
    "log_line_prefix": "%m [%p] %q%u@%d ",
}
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
LOGGED = {  # a ring of seven days, kept by the server itself: logs go on when we are gone
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
}
FLEETING = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "shared_buffers": "64MB"}


def options(more: dict[str, str], *, durable: bool) -> list[str]:
    """Arguments of `postgres`; `more` wins. Without `durable` (tests) a power cut may lose everything."""
    chosen = MODEST | (LOGGED | DURABLE if durable else FLEETING) | FIXED | more
    return [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]

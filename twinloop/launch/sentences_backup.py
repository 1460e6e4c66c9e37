"""The sentences of backup and restore: code → (Chinese, English)."""

from __future__ import annotations

from typing import Final

BACKUP: Final[dict[str, tuple[str, str]]] = {
    "backup_passphrase": ("备份口令", "Passphrase of the backup"),
    "backup_done": (
        "已备份到 {path}（{size} MiB，{events} 条记录，{made_at}）",
        "Backed up to {path} ({size} MiB, {events} events, {made_at})",
    ),
    "backup_verified": (
        "已核对：账本 {events} 条记录全部相符（{made_at} 的备份）",
        "Verified: all {events} events of the ledger hold (backup of {made_at})",
    ),
    "backup_without_keys": (
        "备份里没有钥匙：{path} 要另外保管，没有它身份信息永远打不开",
        "The backup holds no keys: keep {path} apart, without it no identity field can ever be opened",
    ),
    "restore_done": (
        "已恢复到 {path}（{made_at} 的备份，{events} 条记录）：用 twinloop up 启动",
        "Restored into {path} (backup of {made_at}, {events} events): start it with twinloop up",
    ),
    "restore_without_keys": (
        "备份里没有钥匙：启动前把原来的 keys.json 放到 {path}",
        "The backup holds no keys: put the former keys.json at {path} before you start",
    ),
    "backup_exists": (
        "{path} 已经有了：换一个文件名，备份不会盖掉别的文件",
        "{path} exists: choose another name, a backup never replaces a file",
    ),
    "backup_other": (
        "另一个备份正在写 {path}：等它完成，或换一个文件名",
        "Another backup is writing {path}: wait for it or choose another name",
    ),
    "backup_nothing": (
        "{path} 里还没有可备份的数据库：用 --data 指出正在用的数据文件夹",
        "There is no database to back up in {path}: name the data folder in use by --data",
    ),
    "backup_no_space": (
        "{path} 没有空间了，没有留下文件：清出空间或换一个地方再来",
        "{path} is full and no file was left: free some space or choose another place",
    ),
    "backup_unwritable": (
        "{path} 写不进去（{reason}）：换一个地方，或让本用户有写权限",
        "{path} cannot be written ({reason}): choose another place or let this user write there",
    ),
    "backup_no_client": (
        "找不到 {version} 或更新版本的 {program}：安装 postgresql-client-{version}，"
        "或用 TWINLOOP_PG_BIN 指出它的文件夹",
        "No {program} of version {version} or later: install postgresql-client-{version} or name its folder in "
        "TWINLOOP_PG_BIN",
    ),
    "backup_blind": (
        "这个数据库账户看不到全部行（{reason}）：由管理员执行 ALTER ROLE 表的所有者 BYPASSRLS，"
        "并把它写在 TWINLOOP_OWNER_DATABASE_URL",
        "This login may not read all rows ({reason}): an administrator runs ALTER ROLE owner_of_the_tables BYPASSRLS; "
        "name that login in TWINLOOP_OWNER_DATABASE_URL",
    ),
    "backup_dump": (
        "数据库没有导出完，没有留下文件：{reason}",
        "The database was not dumped to its end and no file was left: {reason}",
    ),
    "backup_key_short": (
        "钥匙文件 {path} 不到 {least} 个字节：用 head -c 48 /dev/urandom 另做一个",
        "The key file {path} is shorter than {least} bytes: make one with head -c 48 /dev/urandom",
    ),
    "backup_passphrase_short": (
        "口令要 {least} 个字以上：几个不相干的词连起来最好记",
        "A passphrase has {least} characters or more: a few unrelated words are easiest to keep",
    ),
    "backup_absent": ("没有备份文件 {path}", "There is no backup file {path}"),
    "backup_none": (
        "这不是双循环的备份文件，或开头已损坏：换一份备份",
        "This is no backup of Twinloop, or its head is damaged: take another one",
    ),
    "backup_format": (
        "备份的格式是 {found}，这个程序能读的是 {ours}：用做备份时的程序版本恢复，再升级",
        "The backup has format {found}, this program reads {ours}: restore with the program that made it, then upgrade",
    ),
    "backup_secret_wrong": (
        "口令或钥匙文件不对，什么都没有动",
        "The passphrase or key file does not fit; nothing was changed",
    ),
    "backup_altered": (
        "备份文件被改动、截断或损坏了（第 {place} 段），什么都没有写：换一份备份",
        "The backup was altered, cut or damaged (part {place}) and nothing was written: take another one",
    ),
    "backup_stranger": (
        "备份里有不该有的文件 {name}，什么都没有写",
        "The backup holds a file that does not belong there, {name}; nothing was written",
    ),
    "restore_full": (
        "{path} 不是空文件夹：恢复不会盖掉别的数据，用 --data 另指一个新文件夹，或先把它移走",
        "{path} is not an empty folder: a restore replaces nothing; name a new folder by --data or move that one away",
    ),
    "restore_database_full": (
        "数据库 {place} 里已有 {count} 张表：恢复不会盖掉别的数据，新建一个空数据库再来",
        "Database {place} holds {count} tables: a restore replaces nothing; make a new, empty database",
    ),
    "restore_newer": (
        "备份由更新的程序 {product} 在 {made_at} 做出（有这里没有的 {name}）：先升级程序再恢复",
        "The backup of {made_at} was made by a later program {product} (it has {name}): upgrade first, then restore",
    ),
    "restore_server_older": (
        "备份来自 PostgreSQL {found}，这台服务器是 {ours}：换 {found} 或更新的服务器",
        "The backup is of PostgreSQL {found}, this server is {ours}: use {found} or later",
    ),
    "restore_no_space": (
        "{path} 只剩 {free} MiB，恢复要约 {needed} MiB，什么都没有写",
        "{path} has {free} MiB left, the restore needs about {needed} MiB; nothing was written",
    ),
    "restore_database": (
        "数据库没有恢复成，已撤回：{reason}",
        "The database could not be restored and was rolled back: {reason}",
    ),
    "restore_check": ("恢复后的核对没有运行成：{reason}", "The check of what was restored did not run: {reason}"),
    "restore_unlike": (
        "恢复出来的与备份时不符（备份 {events} 条，恢复 {found} 条，断开 {broken} 处），没有启用",
        "What was restored is not what was backed up ({events} events then, {found} now, {broken} broken); not put in "
        "place",
    ),
}

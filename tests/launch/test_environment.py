"""Settings: right ones are taken, wrong ones answered with one sentence."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from twinloop.launch.environment import Environment, read
from twinloop.launch.words import WrongSetting

STRONG = "q7Zr_Xw2LmN8vTbY5cKd-Jf3HgPs6UaEo9Ri4WtQkMnBxVzCyDpS1"

WRONG = [
    ({"TWINLOOP_PORT": "99999"}, "TWINLOOP_PORT 写成了 99999，可以写：1 到 65535 的整数"),
    ({"TWINLOOP_PORT": "http"}, "TWINLOOP_PORT 写成了 http，可以写：1 到 65535 的整数"),
    ({"TWINLOOP_PROT": "8000"}, "没有 TWINLOOP_PROT 这个设置，很可能是 TWINLOOP_PORT"),
    ({"TWINLOOP_XQ": "8000"}, "没有 TWINLOOP_XQ 这个设置"),
    ({"TWINLOOP_DEMO": "big"}, "TWINLOOP_DEMO 写成了 big，可以写：none · small · year"),
    ({"TWINLOOP_HTTPS": "maybe"}, "TWINLOOP_HTTPS 写成了 maybe，可以写：true 或 false"),
    ({"TWINLOOP_DATA": "data"}, "TWINLOOP_DATA 写成了 data，可以写：绝对路径的文件夹"),
    ({"TWINLOOP_BIND": "here"}, "TWINLOOP_BIND 写成了 here，可以写：本机的 IP 地址，如 127.0.0.1 或 0.0.0.0"),
    ({"TWINLOOP_LOCKOUT": "often"}, "TWINLOOP_LOCKOUT 写成了 often，可以写：形如 10/m/ip,5/5m/key 的次数限制"),
    (
        {"TWINLOOP_DATABASE_URL": "mysql://me:hush@there/x"},
        "TWINLOOP_DATABASE_URL 的值不对（这里不显示），可以写：postgresql://用户:口令@主机:端口/数据库",
    ),
    (
        {"TWINLOOP_SECRET_KEY": "x" * 60},
        "TWINLOOP_SECRET_KEY 的值不对（这里不显示），可以写：50 个字符以上的随机密钥，不能是示例或重复的字符",
    ),
    ({"TWINLOOP_PORT": "0", "LANG": "en_GB.UTF-8"}, "TWINLOOP_PORT is 0; allowed: a whole number from 1 to 65535"),
    ({"TWINLOOP_LANGUAGE": "fr"}, "TWINLOOP_LANGUAGE 写成了 fr，可以写：zh-hans · en"),
]


@pytest.mark.parametrize(("variables", "sentence"), WRONG)
def test_wrong_setting_is_answered_with_its_sentence(variables: dict[str, str], sentence: str) -> None:
    with pytest.raises(WrongSetting) as refused:
        read(variables)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("key", ["short", "change-me" * 10, "django-insecure-" + STRONG, "a1" * 30])
def test_obvious_key_is_refused(key: str) -> None:
    with pytest.raises(WrongSetting):
        read({"TWINLOOP_SECRET_KEY": key})


def test_defaults_hold_without_any_variable() -> None:
    env = read({"TWINLOOP_PORT": "", "HOME": "/elsewhere"})
    assert (env.port, env.bind, env.demo, env.language) == (8000, "127.0.0.1", "none", "zh-hans")


def test_mapping_hides_the_variables_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWINLOOP_PORT", "8123")
    assert (read().port, read({}).port) == (8123, 8000)


def test_hosts_are_written_with_commas() -> None:
    assert read({"TWINLOOP_ALLOWED_HOSTS": "a.cn, b.cn,"}).allowed_hosts == ["a.cn", "b.cn"]


def test_variables_give_the_same_settings_again() -> None:
    env = read({"TWINLOOP_HTTPS": "yes", "TWINLOOP_ALLOWED_HOSTS": "a.cn,b.cn", "TWINLOOP_SECRET_KEY": STRONG})
    assert read(env.variables()) == env


def test_every_setting_is_described() -> None:
    assert [name for name, field in Environment.model_fields.items() if not field.description] == []


def test_key_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    env = read({"TWINLOOP_DATA": str(tmp_path / "data")})
    key = env.secret()
    assert len(key) >= 50
    assert env.secret() == key
    assert stat.S_IMODE((tmp_path / "data" / "secret-key").stat().st_mode) == 0o600


def test_key_must_be_given_with_a_database_elsewhere(tmp_path: Path) -> None:
    elsewhere = {"TWINLOOP_DATA": str(tmp_path), "TWINLOOP_DATABASE_URL": "postgresql://db.example/twinloop"}
    with pytest.raises(WrongSetting, match="没有 TWINLOOP_SECRET_KEY"):
        read(elsewhere).secret()
    assert read({**elsewhere, "TWINLOOP_SECRET_KEY": STRONG}).secret() == STRONG


def test_wrong_setting_ends_the_command_with_status_2_and_no_traceback() -> None:
    env = {**os.environ, "TWINLOOP_PORT": "70000", "LANG": "C.UTF-8"}
    code = "from twinloop.launch.up import up; raise SystemExit(up())"
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "TWINLOOP_PORT 写成了 70000，可以写：1 到 65535 的整数\n"

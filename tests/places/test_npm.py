"""The package with every county: fetched once, never used when it is not the one we know."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from twinloop.places import npm
from twinloop.places.lists import Row, Unreadable

DIST = {
    "provinces.csv": 'code,name\n11,"北京市"\n36,"江西省"\n37,"山东省"\n',
    "cities.csv": 'code,name,provinceCode\n1101,"市辖区",11\n3607,"赣州市",36\n3701,"济南市",37\n',
    "areas.csv": (
        "code,name,cityCode,provinceCode\n"
        '110105,"朝阳区",1101,11\n360702,"章贡区",3607,36\n370103,"市中区",3701,37\n370199,"市中区",3701,37\n'
    ),
    "streets.csv": (
        "code,name,areaCode,provinceCode,cityCode\n"
        '360702191,"潭口镇",360702,36,3607\n370103001,"大观园街道",370103,37,3701\n'
    ),
    "villages.csv": (
        "code,name,streetCode,provinceCode,cityCode,areaCode\n"
        '360702191204,"江坝村委会",360702191,36,3607,360702\n'
        '370103001001,"青年桥社区居委会",370103001,37,3701,370103\n'
    ),
}


def pack(path: Path, files: dict[str, str]) -> Path:
    with tarfile.open(path, "w:gz") as package:
        for name, text in files.items():
            data = text.encode()
            member = tarfile.TarInfo(f"package/dist/{name}")
            member.size = len(data)
            package.addfile(member, io.BytesIO(data))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A cache folder in which the package lies already, so that nothing is fetched."""
    pack(tmp_path / f"{npm.PACKAGE}-{npm.VERSION}.tgz", DIST)
    return tmp_path


def kept(folder: Path) -> Path:
    return folder / f"{npm.PACKAGE}-{npm.VERSION}.tgz"


def test_package_with_the_digest_is_used_as_it_lies(folder: Path) -> None:
    assert npm.fetched(folder, npm.digest(kept(folder).read_bytes())) == kept(folder)


def test_package_without_the_digest_is_refused_and_thrown_away(folder: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        npm.fetched(folder)

    assert refused.value.code == "integrity"
    assert not kept(folder).exists()


def test_one_changed_byte_is_noticed(folder: Path) -> None:
    right = npm.digest(kept(folder).read_bytes())
    data = bytearray(kept(folder).read_bytes())
    data[len(data) // 2] ^= 1
    kept(folder).write_bytes(data)

    with pytest.raises(Unreadable, match="integrity"):
        npm.fetched(folder, right)


def test_no_package_is_a_sentence_not_a_crash(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        npm.check(tmp_path / "nothing.tgz")

    assert refused.value.code == "npm"


@pytest.mark.parametrize("named", ["360702", "章贡区", "赣州市章贡区", " 章贡区 "])
def test_county_is_found_by_code_and_name(folder: Path, named: str) -> None:
    found = npm.Division(kept(folder)).county(named)

    assert (found.code, found.full_name) == ("360702", "江西省赣州市章贡区")


def test_city_that_is_only_a_layer_is_left_out_of_the_name(folder: Path) -> None:
    assert npm.Division(kept(folder)).county("朝阳区").full_name == "北京市朝阳区"


def test_name_of_two_counties_asks_for_the_code(folder: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        npm.Division(kept(folder)).county("市中区")

    assert refused.value.code == "county_many"
    assert "370103" in str(refused.value.facts["candidates"])
    assert "370199" in str(refused.value.facts["candidates"])


def test_unknown_county_is_refused(folder: Path) -> None:
    with pytest.raises(Unreadable, match="county_unknown"):
        npm.Division(kept(folder)).county("没有县")


def test_rows_are_the_county_alone(folder: Path) -> None:
    division = npm.Division(kept(folder))

    assert division.rows(division.county("360702")) == [
        Row("360702000000", "章贡区"),
        Row("360702191000", "潭口镇"),
        Row("360702191204", "江坝村委会"),
    ]


def test_package_without_a_file_is_broken(tmp_path: Path) -> None:
    path = pack(tmp_path / "small.tgz", {"provinces.csv": DIST["provinces.csv"]})

    with pytest.raises(Unreadable, match="broken_package"):
        npm.Division(path).county("360702")


def test_what_is_no_archive_is_broken(tmp_path: Path) -> None:
    (tmp_path / "page.tgz").write_bytes(b"<html>502 Bad Gateway</html>")

    with pytest.raises(Unreadable, match="broken_package"):
        npm.Division(tmp_path / "page.tgz").county("360702")


def test_what_npm_brings_is_checked_before_it_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npm, "_pack", lambda apart: pack(kept(apart), DIST))
    with pytest.raises(Unreadable, match="integrity"):
        npm.fetched(tmp_path)

    assert list(tmp_path.iterdir()) == []
    right = npm.digest(pack(tmp_path / "same.tgz", DIST).read_bytes())
    monkeypatch.setattr(npm, "_pack", lambda apart: kept(apart).write_bytes((tmp_path / "same.tgz").read_bytes()))
    assert npm.fetched(tmp_path / "cache", right).exists()
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [kept(tmp_path).name]


def test_npm_that_brings_nothing_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npm, "_pack", lambda apart: None)
    with pytest.raises(Unreadable, match="npm"):
        npm.fetched(tmp_path)


def test_the_digest_is_written_as_npm_writes_it() -> None:
    assert npm.digest(b"") == (
        "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="
    )


def test_a_county_that_repeats_itself_below_is_one_place(tmp_path: Path) -> None:
    """金门县 stands in the package as its own township and community too."""
    files = DIST | {
        "streets.csv": 'code,name,areaCode\n360702000,"章贡区",360702\n',
        "villages.csv": 'code,name,streetCode\n360702000000,"章贡区",360702000\n',
    }
    division = npm.Division(pack(tmp_path / "p.tgz", files))

    assert division.rows(division.county("360702")) == [Row("360702000000", "章贡区")]

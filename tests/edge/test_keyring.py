"""Keys: what was encrypted opens again, and only where it was put; nothing opens once a byte is changed."""

import json
import threading
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinloop.edge.keyring import BlindField, Cipher, Digest, KeyRefused, KeyRing, KeyRingCode

ON = date(2026, 4, 16)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
RINGS: dict[tuple[Cipher, Digest], KeyRing] = {}


@pytest.fixture(params=[(Cipher.AES_256_GCM, Digest.HMAC_SHA_256), (Cipher.SM4_GCM, Digest.HMAC_SM3)], ids=str)
def ring(request, tmp_path) -> KeyRing:
    cipher, digest = request.param
    return KeyRing.create(tmp_path / "keys.json", on=ON, cipher=cipher, digest=digest)


def refused(code: KeyRingCode):
    return pytest.raises(KeyRefused, check=lambda error: error.code is code)


@pytest.fixture(scope="module", params=list(Cipher))
def kept(request, tmp_path_factory) -> KeyRing:
    return KeyRing.create(tmp_path_factory.mktemp("ring") / "keys.json", on=ON, cipher=request.param)


@given(plain=TEXTS, context=TEXTS)
def test_token_opens_to_what_was_encrypted(kept, plain, context):
    token = kept.encrypt(plain, context)
    assert kept.decrypt(token, context) == plain
    assert len(token) == 34 + len(plain.encode())
    assert not kept.needs_rotation(token)


@given(plain=TEXTS, place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_token_changed_in_any_byte_does_not_open(kept, plain, place, bit):
    token = bytearray(kept.encrypt(plain, "party:12:id_number"))
    token[place % len(token)] ^= 1 << bit
    with pytest.raises(KeyRefused):
        kept.decrypt(bytes(token), "party:12:id_number")


@given(plain=TEXTS, context=TEXTS, other=TEXTS)
def test_token_of_another_place_does_not_open(kept, plain, context, other):
    token = kept.encrypt(plain, context)
    if context != other:
        with refused(KeyRingCode.TAMPERED):
            kept.decrypt(token, other)


@given(cut=st.integers(0, 200))
def test_token_cut_short_does_not_open(kept, cut):
    token = kept.encrypt("王小兰", "party:1:name")
    with pytest.raises(KeyRefused):
        kept.decrypt(token[: min(cut, len(token) - 1)], "party:1:name")


def test_every_byte_of_a_token_is_guarded(ring):
    token = ring.encrypt("360902199001019999", "party:1:id_number")
    for place in range(len(token)):
        changed = bytearray(token)
        changed[place] ^= 0xFF
        with pytest.raises(KeyRefused):
            ring.decrypt(bytes(changed), "party:1:id_number")


def test_equal_values_give_different_tokens(ring):
    assert len({ring.encrypt("王小兰", "party:1:name") for _ in range(50)}) == 50


def test_file_is_private_and_reads_back(ring):
    assert ring.path.stat().st_mode & 0o777 == 0o600
    assert KeyRing.load(ring.path) == ring
    assert [p.name for p in ring.path.parent.iterdir()] == ["keys.json"]


def test_ring_shows_no_secret(ring):
    secret = json.loads(ring.path.read_text())["keys"][0]["secret"]
    assert secret not in repr(ring) + repr(ring.keys)
    assert repr(bytes.fromhex(secret)) not in repr(ring.keys)


def test_ring_is_never_replaced(ring):
    with refused(KeyRingCode.RING_EXISTS):
        KeyRing.create(ring.path, on=ON)
    assert KeyRing.load(ring.path) == ring


def test_of_many_creators_one_wins(tmp_path):
    path = tmp_path / "keys.json"
    outcomes: list[KeyRing | KeyRingCode] = []

    def create() -> None:
        try:
            outcomes.append(KeyRing.create(path, on=ON))
        except KeyRefused as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=create) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(KeyRingCode.RING_EXISTS) == 7
    assert KeyRing.load(path) in outcomes


def test_rotation_keeps_old_tokens_open(ring):
    token = ring.encrypt("王小兰", "party:1:name")
    newer = ring.rotate(on=date(2026, 5, 1))
    assert newer.current_id != ring.current_id
    assert newer.blind_id == ring.blind_id
    assert newer.decrypt(token, "party:1:name") == "王小兰"
    assert newer.needs_rotation(token)
    assert not newer.needs_rotation(newer.encrypt("王小兰", "party:1:name"))
    assert KeyRing.load(ring.path) == newer
    with refused(KeyRingCode.UNKNOWN_KEY):
        ring.decrypt(newer.encrypt("王小兰", "party:1:name"), "party:1:name")


def test_rotation_may_change_the_cipher(ring):
    tokens = [ring.encrypt("王小兰", "a")]
    for cipher in (Cipher.SM4_GCM, Cipher.AES_256_GCM):
        ring = ring.rotate(on=ON, cipher=cipher)
        tokens.append(ring.encrypt("王小兰", "a"))
    assert {ring.decrypt(token, "a") for token in tokens} == {"王小兰"}


def test_rotations_at_once_lose_no_key(ring):
    threads = [threading.Thread(target=ring.rotate, kwargs={"on": ON}) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(KeyRing.load(ring.path).keys) == 2 + 8


def test_key_retires_only_unused_and_not_current(ring):
    newer = ring.rotate(on=ON)
    with refused(KeyRingCode.KEY_IN_USE):
        newer.retire(ring.current_id, in_use=3)
    with refused(KeyRingCode.KEY_CURRENT):
        newer.retire(newer.current_id, in_use=0)
    with refused(KeyRingCode.UNKNOWN_KEY):
        newer.retire("00000000", in_use=0)
    token = ring.encrypt("王小兰", "a")
    last = newer.retire(ring.current_id, in_use=0)
    with refused(KeyRingCode.UNKNOWN_KEY):
        last.decrypt(token, "a")


def test_missing_open_broken_and_exchanged_rings_are_told_apart(ring, tmp_path):
    with refused(KeyRingCode.RING_MISSING):
        KeyRing.load(tmp_path / "none.json")
    good = ring.path.read_text()
    ring.path.chmod(0o640)
    with refused(KeyRingCode.RING_OPEN):
        KeyRing.load(ring.path)
    ring.path.chmod(0o600)
    for broken in ("", "[]", '{"version": 2, "keys": []}', '{"version": 1, "keys": []}', good.replace("true", "false")):
        ring.path.write_text(broken)
        with refused(KeyRingCode.RING_BROKEN):
            KeyRing.load(ring.path)
    data = json.loads(good)
    data["keys"][0]["secret"] = data["keys"][0]["secret"][::-1]
    ring.path.write_text(json.dumps(data))
    with refused(KeyRingCode.WRONG_KEY) as caught:
        KeyRing.load(ring.path)
    assert data["keys"][0]["secret"] not in str(caught.value) + repr(caught.value)


def test_blind_index_meets_every_spelling(ring):
    assert len({ring.blind(v, "phone") for v in ("19900000127", "+86 199 0000 0127", "１９９０００００１２７")}) == 1
    assert len({ring.blind(v, "id_number") for v in ("36090219900101999x", "360902 19900101 999Ｘ")}) == 1
    assert len({ring.blind(v, "name") for v in ("阿依·买买提", "阿依•买买提", " 阿依·买买提 ")}) == 1


def test_blind_index_parts_fields_values_and_keys(ring, tmp_path):
    marks = {ring.blind("19900000127", field) for field in BlindField}
    assert len(marks) == 3
    assert ring.blind("19900000128", "phone") not in marks
    other = KeyRing.create(tmp_path / "other.json", on=ON)
    assert other.blind("19900000127", "phone") not in marks
    with refused(KeyRingCode.UNKNOWN_FIELD):
        ring.blind("x", "address")


def test_blind_rotation_still_answers_with_the_old_key(ring):
    before = ring.blind("19900000127", "phone")
    newer = ring.rotate_blind(on=ON)
    assert newer.blind("19900000127", "phone") != before
    assert newer.blind("19900000127", "phone", key_id=ring.blind_id) == before
    assert newer.current_id == ring.current_id


@settings(max_examples=20)
@given(junk=st.binary(max_size=80))
def test_junk_is_no_token(kept, junk):
    with pytest.raises(KeyRefused):
        kept.decrypt(junk, "a")


def test_sm4_gcm_agrees_with_the_published_vector():
    # RFC 8998, appendix A.1
    from twinloop.edge.keyring import _Sm4Gcm

    engine = _Sm4Gcm(bytes.fromhex("0123456789ABCDEFFEDCBA9876543210"))
    plain = b"".join(bytes([b]) * 8 for b in (0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0xEE, 0xAA))
    sealed = engine.encrypt(
        bytes.fromhex("00001234567800000000ABCD"),
        plain,
        bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2"),
    )
    assert sealed.hex().upper() == (
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735D82710CA5C22F0CCFA7CBF93D496AC15"
        "A56834CBCF98C397B4024A2691233B8D83DE3541E4C2B58177E065A9BF7B62EC"
    )


def test_messages_name_the_file(tmp_path: Path):
    with refused(KeyRingCode.RING_MISSING) as caught:
        KeyRing.load(tmp_path / "none.json")
    assert "none.json" in str(caught.value)

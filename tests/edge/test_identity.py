"""Identity numbers, telephone numbers and names, as people type them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinloop.edge.identity import (
    IdentityCode,
    IdentityRefused,
    IdKind,
    PhoneKind,
    Sex,
    age_on,
    check_digit,
    check_id,
    check_name,
    check_phone,
    half_width,
    is_minor,
    region_code,
    sex,
)

ON = date(2026, 4, 16)
BIRTHS = st.dates(date(1900, 1, 1), ON)
# sequence numbers 996 to 999 are never given out
NUMBERS = st.builds(
    lambda born, seq: f"360902{born:%Y%m%d}{seq}", BIRTHS, st.sampled_from(["996", "997", "998", "999"])
).map(lambda first: first + check_digit(first))


def refused(code: IdentityCode):
    return pytest.raises(IdentityRefused, check=lambda error: error.code is code)


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@given(number=NUMBERS)
def test_number_with_its_check_digit_stands_in_every_typing(number):
    found = check_id(number, on=ON)
    assert found.kind is IdKind.RESIDENT
    assert check_id(wide(number), on=ON) == found
    assert check_id(f" {number[:6]} {number[6:14]}-{number[14:].lower()}", on=ON) == found
    assert found.born_on == date.fromisoformat(number[6:14])
    assert (found.region_code, region_code(number, ON)) == ("360902", "360902")


@given(number=NUMBERS, place=st.integers(0, 17), digit=st.sampled_from("0123456789"))
def test_one_mistyped_digit_is_always_found(number, place, digit):
    if number[place] != digit:
        with pytest.raises(IdentityRefused):
            check_id(number[:place] + digit + number[place + 1 :], on=ON)


@given(number=NUMBERS, place=st.integers(0, 16))
def test_two_exchanged_neighbours_are_always_found(number, place):
    if number[place] != number[place + 1]:
        with pytest.raises(IdentityRefused):
            check_id(number[:place] + number[place + 1] + number[place] + number[place + 2 :], on=ON)


def number_of(first: str) -> str:
    return first + check_digit(first)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", IdentityCode.ID_EMPTY),
        (" 　", IdentityCode.ID_EMPTY),
        ("36090219900101<b>", IdentityCode.ID_CHARACTERS),
        ("3609021990010199", IdentityCode.ID_LENGTH),
        ("36090219", IdentityCode.ID_LENGTH),
        (number_of("99090219900101999"), IdentityCode.ID_REGION),
        (number_of("36090219900230999"), IdentityCode.ID_DATE),
        (number_of("36090220260417999"), IdentityCode.ID_FUTURE),
        (number_of("36090218500101999"), IdentityCode.ID_TOO_OLD),
        ("36090219900101999X", IdentityCode.ID_CHECK_DIGIT),
        ("360902901301999", IdentityCode.ID_DATE),
    ],
)
def test_wrong_number_is_refused_with_its_reason(typed, code):
    with refused(code) as caught:
        check_id(typed, on=ON)
    assert "?" not in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("360902900101999", IdKind.RESIDENT_OLD),
        (number_of("81000019900101999"), IdKind.RESIDENCE_PERMIT),
        (number_of("93627219900101999"), IdKind.PERMANENT_RESIDENT),
        ("H12345678", IdKind.HK_MACAU_PERMIT),
        ("m1234567801", IdKind.HK_MACAU_PERMIT),
        ("E12345678", IdKind.PASSPORT),
        ("USA360012345678", IdKind.PERMANENT_RESIDENT),
        ("军字第1号", None),
    ],
)
def test_other_documents_are_known_by_their_shape(typed, kind):
    if kind is None:
        with refused(IdentityCode.ID_CHARACTERS):
            check_id(typed, on=ON)
    else:
        assert check_id(typed, on=ON).kind is kind


def test_chosen_kind_is_compared_with_the_number():
    assert check_id("12345678", on=ON, kind=IdKind.TAIWAN_PERMIT).kind is IdKind.TAIWAN_PERMIT
    assert check_id("12345678", on=ON, kind=IdKind.OTHER).kind is IdKind.OTHER
    with refused(IdentityCode.ID_KIND):
        check_id("H12345678", on=ON, kind=IdKind.RESIDENT)
    with refused(IdentityCode.ID_KIND):
        check_id("12", on=ON, kind=IdKind.PASSPORT)


@given(born=BIRTHS)
def test_age_grows_by_one_on_each_birthday(born):
    number = number_of(f"360902{born:%Y%m%d}999")
    assert age_on(number, ON) == sum(
        1 for year in range(born.year + 1, ON.year + 1) if (year, born.month, born.day) <= (ON.year, ON.month, ON.day)
    )


def test_minor_until_the_eighteenth_birthday():
    birthday = date(2026, 4, 16)
    number = number_of("36090220080416996")
    assert is_minor(number, birthday - timedelta(1)) is True
    assert is_minor(number, birthday) is False
    assert is_minor("E12345678", birthday) is None
    assert age_on("not a number", birthday) is None


def test_born_on_leap_day_comes_of_age_in_march():
    number = number_of("36090220080229996")
    assert is_minor(number, date(2026, 2, 28)) is True
    assert is_minor(number, date(2026, 3, 1)) is False


def test_sex_is_read_from_its_digit():
    assert sex(number_of("36090219900101999"), ON) is Sex.MALE
    assert sex(number_of("36090219900101998"), ON) is Sex.FEMALE
    assert sex("E12345678", ON) is None


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("19900000127", PhoneKind.MOBILE, "19900000127"),
        ("１９９ ００００ ０１２７", PhoneKind.MOBILE, "19900000127"),
        ("+86 199-0000-0127", PhoneKind.MOBILE, "19900000127"),
        ("008619900000127", PhoneKind.MOBILE, "19900000127"),
        ("（0795）8812345", PhoneKind.FIXED, "07958812345"),
        ("010-88123456", PhoneKind.FIXED, "01088123456"),
        ("+86 795 8812345", PhoneKind.FIXED, "07958812345"),
        ("0795-8812345转12", PhoneKind.FIXED, "07958812345"),
        ("400-812-3123", PhoneKind.SERVICE, "4008123123"),
        ("110", PhoneKind.SHORT, "110"),
        ("12345", PhoneKind.SHORT, "12345"),
        ("95588", PhoneKind.SHORT, "95588"),
        ("+852 9123 4567", PhoneKind.ABROAD, "+85291234567"),
    ],
)
def test_phone_is_read_in_every_typing(typed, kind, value):
    found = check_phone(typed)
    assert (found.kind, found.value) == (kind, value)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", IdentityCode.PHONE_EMPTY),
        ("不知道", IdentityCode.PHONE_CHARACTERS),
        ("1990000012a", IdentityCode.PHONE_CHARACTERS),
        ("1990000012", IdentityCode.PHONE_LENGTH),
        ("199000001277", IdentityCode.PHONE_LENGTH),
        ("12900000127", IdentityCode.PHONE_PREFIX),
        ("8812345", IdentityCode.PHONE_AREA_MISSING),
        ("+85", IdentityCode.PHONE_LENGTH),
    ],
)
def test_wrong_phone_is_refused_with_its_reason(typed, code):
    with refused(code) as caught:
        check_phone(typed)
    assert "?" not in str(caught.value)


def test_area_code_completes_a_fixed_number():
    found = check_phone("8812345", area_code="0795")
    assert (found.value, found.area_code) == ("07958812345", "0795")
    assert check_phone("0795-8812345 转 12").extension == "12"


@given(st.integers(0, 9999))
def test_demo_series_is_valid(tail):
    assert check_phone(f"1990000{tail:04}").kind is PhoneKind.MOBILE


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (" 王 小兰 ", "王小兰"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("𠮷小兰", "𠮷小兰"),
        ("㐆小兰", "㐆小兰"),
        ("\ufa11小兰", "\ufa11小兰"),  # a compatibility ideograph, which NFKC would replace
        ("Ｊｏｈｎ　 Ｓｍｉｔｈ", "John Smith"),
        ("万年县（小兰）水果店", "万年县(小兰)水果店"),
        ("陈某", "陈某"),
    ],
)
def test_name_keeps_its_characters(typed, name):
    assert check_name(typed) == name
    assert check_name(name) == name


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("·  ", IdentityCode.NAME_EMPTY),
        ("王" * 101, IdentityCode.NAME_TOO_LONG),
        ("<script>", IdentityCode.NAME_CHARACTERS),
        ("王\u202e兰", IdentityCode.NAME_CHARACTERS),
        ("123", IdentityCode.NAME_CHARACTERS),
    ],
)
def test_wrong_name_is_refused(typed, code):
    with refused(code):
        check_name(typed)


@given(st.text())
def test_half_width_is_idempotent_and_keeps_the_length(text):
    once = half_width(text)
    assert half_width(once) == once
    assert len(once) == len(text)


@pytest.mark.parametrize(
    "ask", [lambda text: check_id(text, on=ON).value, lambda text: check_phone(text).value, check_name]
)
@given(text=st.text(max_size=40))
def test_checks_answer_or_refuse_and_never_crash(ask, text):
    try:
        answer = ask(text)
    except IdentityRefused as refusal:
        answer = str(refusal)
    assert answer

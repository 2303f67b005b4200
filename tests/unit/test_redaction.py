"""What is taken out of texts before an outside model reads them, and what stays."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.privacy.redaction import redact, redact_secrets
from tests.fakes.data_sets import data_set

# Put together here, so that no scanner takes this file for a leak.
SECRETS = {
    "slack bot token": "xoxb" + "-1234567890-ABCDEFghijklmn",
    "slack app token": "xapp" + "-1-A0123456-789-abcdef0123456789",
    "slack webhook": "https://hooks.slack.com/services/" + "T0000/B0000/abcdefgh",
    "openai key": "sk-" + "proj-abcdefghijklmnop1234",
    "aws key": "AKIA" + "IOSFODNN7EXAMPLE",
    "github token": "ghp_" + "a1" * 18,
    "stripe key": "sk_live_" + "a1b2c3d4e5f6",
    "json web token": "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0" + ".c2lnbmF0dXJl",
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEow\nabc\n-----END RSA PRIVATE KEY-----",
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_keys_and_tokens_never_leave(secret: str) -> None:
    redacted = redact(f"We use {secret} since May, and it fails.")
    assert secret not in redacted
    assert redacted == "We use [secret] since May, and it fails."


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("postgres://app:hunter2@db.example.com/x", "postgres://[secret]@db.example.com/x"),
        ("https://x.example/a?token=abc123&page=2", "https://x.example/a?token=[secret]&page=2"),
        ("password: hunter22, then it failed", "password: [secret], then it failed"),
        ('"api_key": "abcd-1234"', '"api_key": [secret]'),
        ("my password is S3cret! now", "my password is [secret] now"),
        ("the password is: S3cret!x", "the password is: [secret]"),
        ("Authorization: Bearer abc123def456ghi7", "Authorization: Bearer [secret]"),
        ("-----BEGIN PRIVATE KEY-----\nnever closed", "[secret]"),
    ],
    ids=["url", "query", "named", "json", "spoken", "spoken with a colon", "header", "open key"],
)
def test_passwords_and_keys_in_context_are_taken_out(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("write to jo.o'neil+erp@oakline.example.com today", "write to [e-mail] today"),
        ("<mailto:jo@oakline.example|jo@oakline.example> and <tel:+4930123456|030 123456>", "[e-mail] and [phone]"),
        ("call +49 (30) 123-45 67 or 0049 30 1234567", "call [phone] or [phone]"),
        ("(555) 123-4567, 555-123-4567x12, 01 23 45 67 89", "[phone], [phone], [phone]"),
        ("call me: 5403926876", "call me: [phone]"),
        ("card 4111 1111 1111 1111 and 5500-0055-5555-5559", "card [card] and [card]"),
        ("IBAN DE89 3704 0044 0532 0130 00 please", "IBAN [iban] please"),
        ("GB82WEST12345698765432.", "[iban]."),
        ("SSN 849-66-3189", "SSN [id]"),
    ],
    ids=["e-mail", "slack links", "abroad", "at home", "named", "cards", "iban spaced", "iban tight", "ssn"],
)
def test_personal_data_becomes_a_label(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "order 4111111111111112 and 0000000000000000",  # wrong check digits, and one digit alone
        "DE00 3704 0044 0532 0130 00",  # wrong check digits
        "on 2026-11-22 at 10:30 with 3.5.2 on 10.0.0.12",
        "1 000 000 000 EUR for PO 100 200 300, invoice 5403926876",
        "The password is not working; no mail comes to reset the password.",
        "the token expired, the API key is missing",
        "up +1 000 000 EUR since May, and +30 000 000 rows",
        "error 0x80070005 in step 3 of 12",
        "see https://help.example.com/articles/12345-export?page=2",
    ],
    ids=["cards", "iban", "dates", "amounts", "talk of passwords", "talk of keys", "rises", "codes", "links"],
)
def test_what_support_needs_to_read_stays(text: str) -> None:
    assert redact(text) == text


def test_only_secrets_are_taken_out_where_addresses_are_published() -> None:
    text = f"Write to help@vendor.example or call +49 30 1234567. Key: {SECRETS['openai key']}"
    assert redact_secrets(text) == "Write to help@vendor.example or call +49 30 1234567. Key: [secret]"


@given(st.text(max_size=300))
def test_redacting_twice_changes_nothing_more(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@given(st.text(max_size=60), st.sampled_from(list(SECRETS.values())), st.text(max_size=60))
def test_no_surroundings_save_a_secret(before: str, secret: str, after: str) -> None:
    assert secret not in redact(f"{before} {secret} {after}")


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_every_card_with_right_check_digits_is_taken_out(digits: int) -> None:
    body = f"4{digits:014}"
    doubled = sum(sum(divmod(int(digit) * (2 - at % 2), 10)) for at, digit in enumerate(reversed(body), 0))
    number = f"{body}{-doubled % 10}"
    assert number not in redact(f"my card {number} was charged")


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["a", "1 ", "+", "A1", "@", "a.b-", "password ", "::", "(", "a://", "eyJ", "0 ", "\n "]))
def test_a_very_long_message_is_redacted_quickly(piece: str) -> None:
    begun = time.process_time()
    redact(piece * (100_000 // len(piece)))
    assert time.process_time() - begun < 2.0


def test_people_labelled_data_is_found() -> None:
    rows = json.loads((data_set("pii-synthetic") / "sample300.json").read_text("utf-8"))
    wanted = {"EMAIL_ADDRESS": 1.0, "IBAN_CODE": 1.0, "CREDIT_CARD": 0.8, "US_SSN": 1.0, "PHONE_NUMBER": 0.6}
    found = {kind: [0, 0] for kind in wanted}
    for row in rows:
        redacted = redact(row["full_text"])
        for span in row["spans"]:
            if span["entity_type"] in found:
                count = found[span["entity_type"]]
                count[0] += span["entity_value"] not in redacted
                count[1] += 1
    shares = {kind: hits / total for kind, (hits, total) in found.items()}
    assert all(shares[kind] >= least for kind, least in wanted.items()), shares


def test_names_of_ordinary_texts_stay_readable() -> None:
    rows = json.loads((data_set("pii-synthetic") / "sample300.json").read_text("utf-8"))
    harmless = {"PERSON", "GPE", "ORGANIZATION", "NRP", "TITLE"}
    plain = [row["full_text"] for row in rows if {span["entity_type"] for span in row["spans"]} <= harmless]
    changed = [text for text in plain if redact(text) != text]
    assert len(changed) <= len(plain) * 0.02, changed

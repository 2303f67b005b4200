"""Takes secrets and personal data out of what goes to an outside model."""

from __future__ import annotations

import re

import phonenumbers
from stdnum import iban, luhn

_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY-----|\Z)", re.DOTALL
)
_TOKENS = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,}|xapp-[A-Za-z0-9-]{8,}"  # Slack
    r"|sk-[A-Za-z0-9_-]{16,}|[srp]k_(?:live|test)_[A-Za-z0-9]{10,}"  # OpenAI, Anthropic, Stripe
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])"  # AWS
    r"|gh[opsur]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}"
    r"|npm_[A-Za-z0-9]{30,}|AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{20,}"
    r"|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"  # JSON web tokens
    r")"
)
_WEBHOOK = re.compile(r"https://hooks\.slack\.com/(?:services|workflows|triggers)/[^\s>|)]+")
_URL_LOGIN = re.compile(r"(?<![A-Za-z0-9])([A-Za-z][A-Za-z0-9+.-]{1,20}://)[^\s/:@<>]{0,128}:[^\s/@<>]{1,256}@")
_URL_SECRET = re.compile(
    r"([?&;#](?:access_token|auth_token|token|api_?key|key|secret|client_secret|password|passwd|pwd"
    r"|sig|signature|x-amz-signature|x-amz-credential|code)=)[^\s&#>|)\"'\[]+",
    re.IGNORECASE,
)
_BEARER = re.compile(r"\b((?:bearer|basic)\s+)(?=[^\s]*\d)[A-Za-z0-9+/._~-]{12,}=*", re.IGNORECASE)
_NAMED = re.compile(
    r"(?<![A-Za-z])((?:password|passwd|passphrase|pwd|passwort|kennwort|contraseña|mot de passe|secret|token"
    r"|api[ _-]?key|access[ _-]?key|client[ _-]?secret|signing[ _-]?secret)[\"'`*_]{0,3}\s{0,3}(?:[:=]|->|=>)\s{0,3})"
    r"(?![\[\s])(?:\"[^\"\n]{3,200}\"|'[^'\n]{3,200}'|`[^`\n]{3,200}`|[^\s,;<>\"'`\[]{4,200})",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    r"\b((?:password|passwort|kennwort|contraseña|mot de passe|passphrase)\s+(?:is|ist|lautet|es|est)"
    r"(?:\s+now)?(?:\s*:)?\s+)"
    r"(?:\"[^\"\n]{3,100}\"|'[^'\n]{3,100}'|`[^`\n]{3,100}`|(?=[^\s]*[\d!$%&#@])[^\s\[]{5,100})",
    re.IGNORECASE,
)

_EMAIL = re.compile(r"(?<![\w.+%'-])[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_MAIL_LINK = re.compile(r"<mailto:[^>|\s]{1,320}(?:\|[^>]{0,320})?>")
_TEL_LINK = re.compile(r"<tel:[^>|\s]{1,60}(?:\|[^>]{0,60})?>")
_PHONE_ABROAD = re.compile(r"(?<![\w+])(?:\+[1-9]|(?<!\d )00[1-9]\d{0,2}[ ./-])(?:[ ./-]{0,2}\(?\d\)?){6,13}(?!\w)")
_PHONE_HOME = re.compile(
    r"(?<![\w.,/-])(?<!\d )(?:"
    r"\(0?\d{2,5}\)[ -]?\d{2,4}(?:[ -]?\d{2,6}){1,2}"  # (555) 123-4567, (030) 1234 567
    r"|\d{3}([-. ])\d{3}\1\d{4}"  # 555-123-4567
    r"|0\d{2,4}[ /-]\d{3,4}(?:[ -]?\d{2,4}){1,2}|0\d{1,3}(?:[ .]\d{2,3}){3,4}"  # 030 123 4567, 0489 25 37 29
    r")(?:x\d{1,5})?(?![\w-])"
)
_PHONE_NAMED = re.compile(
    r"\b((?:phone|telephone|tel|telefon|téléphone|teléfono|mobile|mobil|handy|cell|whatsapp|fax|call (?:me|us)|ring me"
    r"|reach (?:me|us)|my number|rufen sie|numéro|número)\b[^\d\n]{0,20})\(?\d(?:[ ./()-]{0,2}\d){6,13}(?![\w-])",
    re.IGNORECASE,
)
_SOCIAL_SECURITY = re.compile(r"(?<![\w-])(?!000|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])")
_CARD = re.compile(r"(?<![\w.-])[2-6](?:[ -]?\d){12,18}(?![\w-])")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}", re.IGNORECASE)


def redact_secrets(text: str) -> str:
    """`text` with keys, tokens and passwords replaced by [secret]; addresses and numbers of people stay."""
    text = _PRIVATE_KEY.sub("[secret]", text)
    text = _WEBHOOK.sub("[secret]", text)
    text = _URL_LOGIN.sub(r"\1[secret]@", text)
    text = _TOKENS.sub("[secret]", text)
    text = _URL_SECRET.sub(r"\1[secret]", text)
    text = _BEARER.sub(r"\1[secret]", text)
    text = _NAMED.sub(r"\1[secret]", text)
    return _SPOKEN.sub(r"\1[secret]", text)


def redact(text: str) -> str:
    """`text` for an outside model: secrets, e-mail addresses, phone numbers, cards and IBANs become labels.

    The labels are [secret], [e-mail], [phone], [card], [iban] and [id] (a US social security number). Cards and IBANs
    are replaced only when their check digits are right, so that order numbers stay readable. Redacting twice changes
    nothing more.
    """
    text = redact_secrets(text)
    text = _EMAIL.sub("[e-mail]", _MAIL_LINK.sub("[e-mail]", text))
    text = _IBAN.sub(_redact_iban, text)
    text = _CARD.sub(lambda found: "[card]" if _is_card(found[0]) else found[0], text)
    text = _SOCIAL_SECURITY.sub("[id]", _TEL_LINK.sub("[phone]", text))
    text = _PHONE_NAMED.sub(r"\1[phone]", text)
    return _PHONE_HOME.sub("[phone]", _PHONE_ABROAD.sub(_redact_abroad, text))


def _is_card(found: str) -> bool:
    digits = "".join(char for char in found if char.isdigit())
    return len(set(digits)) > 1 and luhn.is_valid(digits)


def _redact_iban(found: re.Match[str]) -> str:
    """The match may run on into the next word: the longest beginning that is a valid IBAN is replaced."""
    text = found[0]
    ends = [at for at in range(len(text), 0, -1) if text[at - 1].isalnum()]
    for end in ends:
        follows = found.string[found.start() + end : found.start() + end + 1]
        if not follows.isalnum() and iban.is_valid(text[:end].replace("-", ""), check_country=False):
            return "[iban]" + text[end:]
    return text


def _redact_abroad(found: re.Match[str]) -> str:
    """A number with its country's code, if that country has numbers of this length."""
    try:
        number = phonenumbers.parse(re.sub(r"^00", "+", found[0]))
    except phonenumbers.NumberParseException:
        return found[0]
    return "[phone]" if phonenumbers.is_possible_number(number) else found[0]

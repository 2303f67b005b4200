"""Finds the exact statements of a text (numbers, dates, amounts, addresses, codes), so that texts can be compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.texts.language import words_of


@dataclass(frozen=True)
class Fact:
    """One exact statement: its kind (number, date, month, weekday, time, e-mail, link, code), its value in one form.

    `unit` is set for numbers that count something known ("%", "EUR", "day", "GB"). `shown` is as written.
    """

    kind: str
    value: str
    unit: str
    shown: str


_UNITS = {
    "%": "% percent percents pct prozent pourcent pour\u00a0cent porcentaje",
    "USD": "$ usd us$ dollar dollars dólares",
    "EUR": "€ eur euro euros",
    "GBP": "£ gbp pound pounds",
    "CHF": "chf franken",
    "JPY": "¥ jpy yen",
    "second": "second seconds sec secs s sekunde sekunden seconde secondes segundo segundos",
    "minute": "minute minutes min mins minuten minuto minutos",
    "hour": "hour hours hr hrs h stunde stunden heure heures hora horas",
    "day": "day days tag tage tagen jour jours día días",
    "week": "week weeks woche wochen semaine semaines semana semanas",
    "month": "month months monat monate monaten mois mes meses",
    "year": "year years jahr jahre jahren an ans année années año años",
    "B": "byte bytes",
    "KB": "kb kib",
    "MB": "mb mib megabyte megabytes",
    "GB": "gb gib gigabyte gigabytes",
    "TB": "tb tib",
    "ms": "ms millisecond milliseconds",
    "mm": "mm",
    "cm": "cm",
    "m": "m meter meters",
    "km": "km",
    "V": "v volt volts",
    "A": "a amp amps",
    "mA": "ma",
    "W": "w watt watts",
    "Hz": "hz",
    "MHz": "mhz",
    "kHz": "khz",
    "GHz": "ghz",
    "°": "°c °f ° degrees",
    "user": "user users seat seats",
    "time": "time times attempt attempts",
    "thousand": "thousand tausend mille",
    "million": "million millions mio millionen millón millones",
    "billion": "billion billions bn milliarde milliarden milliard milliards",
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split(" ")}
_MONTHS = {
    name: number
    for names, number in (
        ("january jan januar jänner janvier enero", 1),
        ("february feb februar février febrero", 2),
        ("march mar märz mars marzo", 3),
        ("april apr avril abril", 4),
        ("may mai mayo", 5),
        ("june jun juni juin junio", 6),
        ("july jul juli juillet julio", 7),
        ("august aug août agosto", 8),
        ("september sep sept septembre septiembre", 9),
        ("october oct oktober okt octobre octubre", 10),
        ("november nov novembre noviembre", 11),
        ("december dec dezember dez décembre diciembre", 12),
    )
    for name in names.split(" ")
}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday montag lundi lunes",
            "tuesday dienstag mardi martes",
            "wednesday mittwoch mercredi miércoles",
            "thursday donnerstag jeudi jueves",
            "friday freitag vendredi viernes",
            "saturday samstag samedi sábado",
            "sunday sonntag dimanche domingo",
        )
    )
    for name in names.split(" ")
}
# Spelt-out numbers of the four languages; "one" and its kin are left out, being articles and pronouns as well.
_SPELT = {
    word: str(number)
    for number, words in (
        (2, "two zwei deux dos"),
        (3, "three drei trois tres"),
        (4, "four vier quatre cuatro"),
        (5, "five fünf cinq cinco"),
        (6, "six sechs seis"),
        (7, "seven sieben sept siete"),
        (8, "eight acht huit ocho"),
        (9, "nine neun neuf nueve"),
        (10, "ten zehn dix diez"),
        (11, "eleven elf onze once"),
        (12, "twelve zwölf douze doce"),
        (13, "thirteen dreizehn treize trece"),
        (14, "fourteen vierzehn quatorze catorce"),
        (15, "fifteen fünfzehn quinze quince"),
        (16, "sixteen sechzehn seize"),
        (17, "seventeen siebzehn"),
        (18, "eighteen achtzehn"),
        (19, "nineteen neunzehn"),
        (20, "twenty zwanzig vingt veinte"),
        (30, "thirty dreißig trente treinta"),
        (40, "forty vierzig quarante cuarenta"),
        (50, "fifty fünfzig cinquante cincuenta"),
        (60, "sixty sechzig soixante sesenta"),
        (70, "seventy siebzig setenta"),
        (80, "eighty achtzig ochenta"),
        (90, "ninety neunzig noventa"),
        (100, "hundred hundert cent cien"),
        (1000, "thousand tausend mille mil"),
        (1000000, "million millionen millón"),
    )
    for word in words.split(" ")
}
# "once" is Spanish for eleven and English for one time; "sept" a month too. Both say too little to be a number.
for _word in ("once", "sept", "mil", "cent", "dos", "elf", "six"):
    _SPELT.pop(_word, None)
_SPELT["six"] = "6"

_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
LINK = re.compile(
    r"(?:https?://|ftp://|www\.)[^\s<>\"'`|\])}]+|(?<![\w@.])(?:[a-z0-9-]{2,63}\.){1,3}"
    r"(?:com|org|net|io|cc|dev|app|eu|de|fr|es|co|uk|ch|at|gov|edu|info|example|test|cloud"
    r"|ai)\b(?:/[^\s<>\"'`|\])}]*)?",
    re.IGNORECASE,
)
EMAIL = re.compile(r"(?<![\w.+%'-])[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_CODE_SPAN = re.compile(r"`{1,3}([^`\n]{1,300})`{1,3}")
_CODE = re.compile(
    r"(?<![\w/])(?:--?[a-z][\w-]{2,}(?=[\s=,.)]|$)|(?:[A-Za-z]:)?(?:[/\\][\w.@-]+){2,}[/\\]?|\w+(?:_\w+)+"
    r"|[a-z]+[A-Z]\w+"
    r"|[A-Z][a-z]+(?:[A-Z][a-z]+){1,}\w*|[^\W\d_]\w*\d\w*|[A-Z]+-\d+|\w+\.(?:exe|dll|zip|csv|json|ya?ml|xml|log"
    r"|txt|ini|py|js|sh|bat|conf|cfg|pdf|xlsx?|docx?)\b|\w+\(\))"
)
_DAY_MONTH = re.compile(
    rf"(?<![\w.])(\d{{1,2}})(?:st|nd|rd|th|\.|er)?\s+(?:of\s+|de\s+)?({_MONTH})\b\.?", re.IGNORECASE
)
_MONTH_DAY = re.compile(rf"\b({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?(?![\w:]|[.,]\d)", re.IGNORECASE)
_ISO_DATE = re.compile(r"(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?![\d-])")
_TIME = re.compile(
    r"(?<![\w.:])(\d{1,2})(?:[:.h](\d{2}))?\s?(am|pm|a\.m\.|p\.m\.)(?!\w)|(?<![\w.:])(\d{1,2}):(\d{2})(?![\w:])",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?<![\w])([$€£¥]\s?)?([+-]?\d+(?:(?:[.,:/]|[ \u00a0\u202f'’](?=\d{3}(?!\d)))\d+)*)"
    r"(?:[ \u00a0\u202f-]?(%|°[CF]?|[€$£¥]|[^\W\d_]+))?"
)
_RANGE = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(?:-|–|—|to|and|or|bis|und|oder|à|et|ou|a|y|o)\s*(\d+(?:[.,]\d+)?)[ -]?(%|[^\W\d_]+)",
    re.IGNORECASE,
)


def facts_in(text: str) -> list[Fact]:
    """Every fact a text states, in order of kind; the same figure may be found as several kinds."""
    text = unicodedata.normalize("NFKC", text)
    found = [Fact("e-mail", address[0].lower(), "", address[0]) for address in EMAIL.finditer(text)]
    text = EMAIL.sub(" ", text)
    found += [Fact("link", bare_link(link[0]), "", link[0]) for link in LINK.finditer(text)]
    text = LINK.sub(" ", text)
    found += [Fact("code", code_form(code[1]), "", code[1]) for code in _CODE_SPAN.finditer(text)]
    text = _CODE_SPAN.sub(r" \1 ", text)
    found += [Fact("code", code_form(code[0]), "", code[0]) for code in _CODE.finditer(text)]
    return found + _dates(text) + _times(text) + _numbers(text)


def _dates(text: str) -> list[Fact]:
    found = []
    for pattern, day, month in ((_DAY_MONTH, 1, 2), (_MONTH_DAY, 2, 1)):
        for match in pattern.finditer(text):
            number = _MONTHS[match[month].lower()]
            found.append(Fact("date", f"{number}-{int(match[day])}", "", match[0]))
    for match in _ISO_DATE.finditer(text):
        found.append(Fact("date", f"{int(match[2])}-{int(match[3])}", "", match[0]))
        found.append(Fact("number", match[1], "", match[0]))
    for word in words_of(text):
        if word in _WEEKDAYS:
            found.append(Fact("weekday", str(_WEEKDAYS[word]), "", word))
    for match in re.finditer(r"(?<!^)(?<![.!?:]\s)\b[A-Z][a-zéûüä]{2,9}\b", text):
        if match[0].lower() in _MONTHS and len(match[0]) > 3:
            found.append(Fact("month", str(_MONTHS[match[0].lower()]), "", match[0]))
    return found


def _times(text: str) -> list[Fact]:
    return [Fact("time", time, "", match[0]) for match in _TIME.finditer(text) if (time := _time_of(match))]


def _time_of(match: re.Match[str]) -> str:
    """A time as "14:05"; empty when what looks like one cannot be (25:15), so that its figures count as numbers."""
    hour, minute = int(match[1] or match[4]), int(match[2] or match[5] or 0)
    half = (match[3] or "").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return f"{hour}:{minute:02}" if hour < 25 and minute < 60 else ""


def _numbers(text: str) -> list[Fact]:
    text = _TIME.sub(lambda match: " " if _time_of(match) else match[0], _ISO_DATE.sub(" ", text))
    found = []
    for match in _NUMBER.finditer(text):
        before, figure, after = match[1], match[2], match[3]
        unit = _UNIT_OF.get((before or "").strip()) or _UNIT_OF.get((after or "").lower(), "")
        found.append(Fact("number", number_form(figure), unit, match[0].strip() if unit else figure))
    for match in _RANGE.finditer(text):
        unit = _UNIT_OF.get(match[3].lower(), "")
        if unit:
            found += [Fact("number", number_form(figure), unit, match[0]) for figure in (match[1], match[2])]
    words = words_of(text)
    for at, word in enumerate(words):
        if word in _SPELT:
            unit = _UNIT_OF.get(words[at + 1], "") if at + 1 < len(words) else ""
            found.append(Fact("number", _SPELT[word], unit, word))
    return found


def number_form(figure: str) -> str:
    """One form for a figure: "1,000.50", "1.000,50" and "1 000,50" are alike, "007" and "7" too; codes as written."""
    figure = re.sub(r"[ \u00a0\u202f'’]", "", figure).lstrip("+")
    if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", figure):
        figure = figure.replace(",", "")
    elif re.fullmatch(r"-?\d{1,3}(?:\.\d{3})+(?:,\d+)?", figure):
        figure = figure.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"-?\d+,\d+", figure):
        figure = figure.replace(",", ".")
    if re.fullmatch(r"-?\d+(?:\.\d+)?", figure):
        whole, _, rest = figure.partition(".")
        rest = rest.rstrip("0")
        return (whole.lstrip("0") or "0") + (f".{rest}" if rest else "")
    return figure


def bare_link(link: str) -> str:
    """An address without scheme, "www.", closing punctuation and a slash at its end."""
    return re.sub(r"^(?:https?://|ftp://)?(?:www\.)?", "", link.rstrip(".,;:!?/")).lower()


def code_form(code: str) -> str:
    return re.sub(r"\s+", " ", code).strip().strip(".,;:").lower()

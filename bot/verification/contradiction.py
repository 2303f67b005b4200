"""Finds what a claim turns round in the sentences that it quotes, or adds to them; whether they fit, others judge.

Most words of a twisted claim are the article's own, so that no share of words tells it apart: "not" left out, "only" or
"free of charge" put in, another plan's limit, another product's name.
"""

from __future__ import annotations

import re

from bot.texts.function_words import function_words
from bot.texts.language import language_of, words_of
from bot.verification.facts import facts_in
from bot.verification.normalise import known_stems, stems_of, support

# Finer than bot.texts.sentences on purpose: with that, 9.5 % of claims beside their quote stand, with this 4.1 %.
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_CLAUSE_END = re.compile(r"[,;:()–—]\s*|\s(?:but|and|or|so|while|whereas|aber|und|mais|et|pero|y)\s", re.IGNORECASE)
_NEGATION = re.compile(
    r"\b(?:not|no|never|cannot|\w+n't|without|unable|neither|nor|none|nobody|nothing|nicht|kein\w*|nie|niemals|ohne|"
    r"pas|jamais|aucune?|sans|nunca|sin|ningun[oa]?|ningún)\b",
    re.IGNORECASE,
)
_OPPOSITES = tuple(
    (re.compile(rf"\b(?:{one})", re.IGNORECASE), re.compile(rf"\b(?:{other})", re.IGNORECASE))
    for one, other in (
        ("enabl", "disabl"),
        ("activat", "deactivat"),
        ("increas", "decreas|reduc"),
        ("before", "after"),
        ("minimum|at least", "maximum|at most"),
        ("always", "never"),
        ("allowed|permitted", "forbidden|prohibited|not allowed"),
        ("include[sd]?|including", "exclud"),
        ("required|mandatory", "optional"),
        ("free of charge|for free", "charged|paid"),
        ("install", "uninstall"),
        ("connect", "disconnect"),
        ("subscrib", "unsubscrib"),
        ("lock", "unlock"),
        ("supported", "unsupported|not supported"),
        ("possible", "impossible|not possible"),
        ("aktivier", "deaktivier"),
        ("vor", "nach"),
        ("avant", "après"),
        ("antes", "después"),
    )
)

_ALL = r"(?:all|every|any|each)"
_PERSONS = r"(?:users?|members?|people|person|employees?|customers?)"
# Words that widen or narrow what is said, and what a quote may have instead of the very same word.
_WEIGHTY = tuple(
    (re.compile(rf"\b(?:{words})\b", re.IGNORECASE), re.compile(rf"\b(?:{words}|{like})\b", re.IGNORECASE))
    for words, like in (
        (
            r"only|solely|exclusively|nur|ausschließlich|lediglich|uniquement|seulement|exclusivement|solo|sólo"
            r"|solamente|únicamente",
            r"just|sole|single|except|unless|limited to|restricted|other than|must|ne|until|before|cannot|not|no",
        ),
        (
            r"always|every time|at all times|24/7|around the clock|constantly|any ?time|at any (?:time|moment)"
            r"|immer|jederzeit|stets|toujours|siempre",
            r"each|whenever|never|continuously|every|all|any|regularly",
        ),
        (r"never|nie|niemals|jamais|nunca", r"not|no|cannot|\w+n't|without|unable|nicht|kein\w*|none|pas"),
        (
            r"unlimited|without (?:any )?limits?|no limits?|infinite(?:ly)?|as many as you \w+|any number|unrestricted"
            r"|unbegrenzt|illimitée?s?|ilimitad[oa]s?",
            r"not limited|no maximum",
        ),
        (r"guarante\w+|warrant(?:y|ies|ed)|promis\w+|garant\w+|zusicher\w+", r"commit(?:s|ments?)?|assur\w+|ensur\w+"),
        (
            r"immediate(?:ly)?|instant(?:ly|aneous\w*)?|at once|right away|straight ?away|in real[- ]time|sofort"
            r"|unverzüglich|immédiate(?:ment)?|tout de suite|inmediat\w+",
            r"within seconds|now|as soon as|directly|on demand|real[- ]time|promptly|without delay",
        ),
        (
            r"(?:free of|without|no) (?:extra |additional |any )?(?:cost|charge|fee)s?|for free|(?:is|are) free(?! (?:"
            r"to|from|of|space|memory))|kostenlos|kostenfrei|gratis|gratuit\w*|complimentary|costs? nothing",
            r"free|included|no extra|at no|not charged|costs nothing",
        ),
        (r"refund\w*|reimburs\w*|compensat\w*|money back|erstatt\w*|rembours\w*|reembols\w*", r"credit\w*|pay\w* back"),
        (
            r"permanent(?:ly)?|forever|irreversibl[ey]|for good|dauerhaft|für immer|définitive(?:ment)?|para siempre"
            r"|lifetime|indefinitely",
            r"cannot be \w+|never|no longer|lasting|not \w+ be",
        ),
        (
            rf"everyone|everybody|anyone|anybody|{_ALL} {_PERSONS}|jeder|tout le monde|todos",
            r"whoever|all of \w+|whether or not",
        ),
        (rf"{_ALL} (?:plans?|accounts?|roles?)", r"all of \w+|whether or not"),
        (
            r"automatic(?:ally)?|by itself|on its own|automatisch|automatique(?:ment)?|automátic\w+",
            r"auto\w*|itself|for you|in the background|schedul\w+|every",
        ),
    )
)
_MONTHS_AND_DAYS = re.compile(
    r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)(?:[a-z]*(?:ry|ch|il|e|y"
    r"|st|er)|day)?\b"
)
_POINTS_BACK = re.compile(r"\s*(?:she|he|it|they|this|these|that|those|his|her|its|their|both|such)\b", re.IGNORECASE)
_NO_WORDS = re.compile(r"`[^`\n]*`|\]\([^)\n]*\)|<[^>\n]*>|https?://\S+|[\w.+-]+@[\w.-]+")
_NAME = re.compile(r"(?<![\w'’.-])[A-ZÀ-Þ][\w&]*(?:['’-]\w+)*")
_OPENING = re.compile(r"(?:\A|[.!?:]\s|\n)[\s\"'“‘(\[*_•–-]*(?:\d+[.)]\s*)?\Z")


def find_contradiction(text: str, near: str) -> str:
    """Why `text` says the opposite of `near`, the sentences around its quote; empty when it does not."""
    reason = "it says the opposite of its quote."
    for one, other in (*_OPPOSITES, *((other, one) for one, other in _OPPOSITES)):
        if one.search(text) and not one.search(near) and other.search(near) and not other.search(text):
            return reason
    for sentence in _SENTENCE_END.split(near):
        if _differ(text, sentence, 0.75):
            return reason
    if _denies_alone(text, near) or _denies_alone(near, text):
        return reason
    clauses = [clause for clause in _CLAUSE_END.split(near) if len(words_of(clause)) > 2]
    for said in _CLAUSE_END.split(text):
        if len(words_of(said)) > 2 and any(_differ(said, clause, 0.8) for clause in clauses):
            same = any(_alike(said, clause, 0.8) and not _differ(said, clause, 0.8) for clause in clauses)
            if not same:
                return reason
    return ""


def _denies_alone(text: str, other: str) -> bool:
    """Whether a clause of `text` denies what all of `other` affirms in the same words."""
    if _NEGATION.search(other):
        return False
    denied = (clause for clause in _CLAUSE_END.split(text) if _NEGATION.search(clause))
    return any(len(_told(clause)) > 2 and support(clause, other) >= 0.8 for clause in denied)


def _told(text: str) -> tuple[str, ...]:
    return stems_of(text, language_of(text))


def _alike(text: str, other: str, share: float) -> bool:
    return support(text, other) >= share and support(other, text) >= share


def _differ(text: str, other: str, share: float) -> bool:
    """Whether two nearly equal texts differ in whether they deny."""
    return len(_NEGATION.findall(text)) % 2 != len(_NEGATION.findall(other)) % 2 and _alike(text, other, share)


def find_addition(text: str, near: str, source: str) -> str:
    """Why `text` says more than `near`: a weighty word, a name, or another line's figure. Empty when it does not."""
    for weighty, like in _WEIGHTY:
        if weighty.search(text) and not like.search(near):
            return "it adds a word that widens or narrows what its quote says."
    return _name_reason(text, near, source) or _figure_reason(text, near)


def _name_reason(text: str, near: str, source: str) -> str:
    names = _names(text)
    if names - _stems(source):
        return "it names something that the passage does not."
    # A name from elsewhere in the passage in the place of one that the quote has.
    strange, missing = names - _stems(near), _names(near) - _stems(text)
    alike = 0.0 if _POINTS_BACK.match(near) else support(text, near)
    # A title tells what a quote leaves unsaid, but not in a sentence that is otherwise the same.
    told = _stems(_head(source)) if alike < 0.75 else frozenset()
    if missing and alike >= 0.6 and strange - told:
        return "it names another thing than its quote."
    return ""


def _head(source: str) -> str:
    """The title and headings of a passage, which stand before its text."""
    return source.split("\n", 1)[0]


def _figure_reason(text: str, near: str) -> str:
    said, quoted = _figures(text), _figures(near)
    swapped = said - quoted and quoted - said
    if swapped or any(_is_of_another(figure, _names(text), near) for figure in said):
        return "it has another figure than its quote."
    return ""


def _is_of_another(figure: str, names: set[str], near: str) -> bool:
    """Whether `near` tells one figure of `names`, and this one only of something else ("Growth has 20, Starter 5")."""
    clauses = [clause for line in near.split("\n") for clause in _CLAUSE_END.split(line)]
    holding = [clause for clause in clauses if figure in _figures(clause)]
    naming = [clause for clause in clauses if names & _stems(clause) and _figures(clause)]
    return bool(holding and naming) and not any(clause in naming for clause in holding)


def _figures(text: str) -> set[str]:
    return {fact.value for fact in facts_in(text) if fact.kind in ("number", "date", "time")}


def _names(text: str) -> set[str]:
    """The stems of words written like names: with a capital though they open no sentence. None in German."""
    language = language_of(text)
    if language == "de":
        return set()
    text = _MONTHS_AND_DAYS.sub(" ", _NO_WORDS.sub(" ", text))
    found = [match[0] for match in _NAME.finditer(text) if not _OPENING.search(text[: match.start()])]
    return {stem for name in found if name.lower() not in function_words(language) for stem in stems_of(name, language)}


def _stems(text: str) -> frozenset[str]:
    return known_stems(text, language_of(text))

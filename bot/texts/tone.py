"""Says what is wrong with the tone of a text for customers, in six languages.

The tests hold every text of the customers' catalogues to it, and docs/tone.md shows it by examples.
"""

from __future__ import annotations

import re

from bot.texts.sentences import sentences_of

MOST_CHARACTERS, MOST_WORDS_A_SENTENCE = 480, 34


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(phrases) + r")(?!\w)", re.IGNORECASE)


# "It is simple": then who does not manage it is simple too.
_CONDESCENDING = _any(
    r"simply",
    r"just(?! (?:now|in case|before|after))",
    r"obvious(?:ly)?",
    r"of course you",
    r"as (?:you should know|i said|stated|already (?:said|mentioned|explained)|mentioned (?:above|before))",
    r"(?:very |really )?easy",
    r"(?:very )?easily",
    r"merely",
    r"all you (?:need|have) to do",
    r"einfach(?: nur)?",
    r"lediglich",
    r"offensichtlich",
    r"selbstverständlich",
    r"wie (?:bereits|schon) (?:erwähnt|gesagt)",
    r"simplement",
    r"évidemment",
    r"il (?:vous )?suffit",
    r"comme (?:déjà )?(?:dit|indiqué|mentionné)",
    r"simplemente",
    r"obviamente",
    r"(?:solo|sólo|solamente) tiene que",
    r"como ya (?:dije|dijimos|se indicó)",
    r"semplicemente",
    r"ovviamente",
    r"(?:Le )?basta",
    r"come (?:già )?(?:detto|indicato)",
    r"gewoon(?:weg)?",
    r"eenvoudigweg",
    r"uiteraard",
    r"zoals (?:al |eerder )?(?:gezegd|vermeld)",
)
# Words that fill the place of help.
_EMPTY = _any(
    r"unfortunately",
    r"regret to inform",
    r"(?:please )?be patient",
    r"(?:for|thank you for) your patience",
    r"(?:any |the |this )?inconvenience(?: caused)?",
    r"(?:highly )?valued?(?: customer| you)",
    r"(?:we|i) value",
    r"do not hesitate",
    r"don't hesitate",
    r"at your earliest convenience",
    r"as soon as possible",
    r"(?:higher|high|unusual) (?:than (?:usual|normal) )?(?:volume|demand)",
    r"assist you",
    r"as an ai",
    r"language model",
    r"please note",
    r"rest assured",
    r"leider",
    r"bedauerlicherweise",
    r"unannehmlichkeiten",
    r"geduld",
    r"zögern sie nicht",
    r"so (?:schnell|bald) wie möglich",
    r"malheureusement",
    r"désagréments?",
    r"patien(?:ce|ter|tez)",
    r"n'hésitez pas",
    r"dès que possible",
    r"lamentablemente",
    r"desafortunadamente",
    r"disculpe las molestias",
    r"paciencia",
    r"no dude en",
    r"lo antes posible",
    r"purtroppo",
    r"sfortunatamente",
    r"pazienza",
    r"disagi[oi]?",
    r"non esiti",
    r"il prima possibile",
    r"helaas",
    r"geduld",
    r"ongemak(?:ken)?",
    r"aarzel niet",
    r"zo (?:snel|spoedig) mogelijk",
)
_BLAMING = _any(
    r"you(?:'ve| have)? (?:failed|forgot(?:ten)?|neglected|misunderstood|entered the wrong|should have|must have)",
    r"your (?:fault|mistake|error)",
    r"you (?:did not|didn't) (?:read|follow|provide|understand)",
    r"user error",
    r"sie haben (?:vergessen|versäumt|nicht (?:gelesen|beachtet))",
    r"ihr fehler",
    r"vous (?:avez oublié|n'avez pas (?:lu|suivi))",
    r"votre erreur",
    r"(?:usted )?(?:olvidó|no (?:leyó|siguió))",
    r"(?:su|es culpa suya|su propio) error",
)
# How we talk among ourselves.
_INSIDE = _any(
    "tickets?", "escalat(?:e|ed|ion)", "triage", "queue", "sla", "tier", "backlog", "agents?", "first line", "bot"
)
_SHOUTED = re.compile(r"\b[A-ZÄÖÜÉÈ]{4,}[ ,]+[A-ZÄÖÜÉÈ]{3,}\b")
_STORM = re.compile(r"[!¡][^!¡]*[!¡][^!¡]*[!¡]|!!|\?\?|\?!")
_NEXT_STEP = _any(
    "press", "write", "look it up", "answer here", "try it again", "add here", r"next update by",
    "klicken", "schreiben", "antwortet hier", "schlage", "suche ich", "nächste nachricht kommt bis",
    "cliquez", "écrivez", "répondra ici", "chercherai", "prochaines nouvelles",
    "próxima noticia", r"pul(?:se|sar)\w*", "púlselo", r"escrib\w+", r"escríba\w+", "responderá aquí",
    "busco", "buscaré",
    "prema", "scriva", r"lo scriva", "risponderà qui", "cercherò", "prossimo aggiornamento",
    "klik", "schrijf", "antwoordt hier", "die hier uiterlijk", "zoek ik", "het volgende bericht komt",
)  # fmt: skip
_TIME = re.compile(r"\b\d{1,2}:\d{2}\b")


def faults(text: str, name: str = "", *, ours: bool = True) -> list[str]:
    """What a reader could mind in a text for customers, a sentence each; none if all is well.

    `name` is the contact's first name. `ours` is for the sentences that we wrote ourselves: they also stay short, and
    speak no inside language.
    """
    found = [
        f"“{hit[0]}” {why}."
        for pattern, why in (
            (_CONDESCENDING, "talks down to the reader"),
            (_EMPTY, "is said instead of help"),
            (_BLAMING, "blames the reader"),
            *(((_INSIDE, "is how we talk among ourselves"),) if ours else ()),
        )
        if (hit := pattern.search(text))
    ]
    if _STORM.search(text) or (ours and text.count("!") > 1):
        found.append("It shouts with its punctuation.")
    if _SHOUTED.search(text):
        found.append("It shouts in capitals.")
    if name and len(re.findall(rf"\b{re.escape(name)}\b", text)) > 1:
        found.append("It says the name more than once.")
    if ours and len(text) > MOST_CHARACTERS:
        found.append(f"It is longer than {MOST_CHARACTERS} characters.")
    if ours and any(len(sentence.split()) > MOST_WORDS_A_SENTENCE for sentence in sentences_of(text)):
        found.append(f"One sentence has more than {MOST_WORDS_A_SENTENCE} words.")
    return found


def names_next_step(text: str) -> bool:
    """Whether the reader is told what to do, or what we do, next."""
    return _NEXT_STEP.search(text) is not None


def names_time(text: str) -> bool:
    """Whether a clock time stands in it."""
    return _TIME.search(text) is not None

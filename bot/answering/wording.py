"""Every sentence around an answer, in four languages; it promises only the times that it is given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from bot.answering.clarifying_texts import ASKING, ASKING_WORDS, OUR_PRODUCT, Asking, joined
from bot.texts.language import LANGUAGES, Language, language_of

__all__ = [
    "LANGUAGES",
    "OUTCOMES",
    "Language",
    "Outcome",
    "Wording",
    "by_when",
    "first_name",
    "language_of",
    "person_comes",
    "wording",
]

Plain = Literal[
    "quoted",
    "by_model",
    "near",
    "nothing",
    "person",
    "complaint",
    "unreachable",
    "opening",
    "reopened",
    "passed_on",
    "next_best",
]
Outcome = Plain | Asking
OUTCOMES: tuple[Outcome, ...] = (*get_args(Plain), *ASKING)


@dataclass(frozen=True)
class Wording:
    """`frame` stands before an answer, `closing` after it; both are whole sentences."""

    frame: str
    closing: str


def wording(
    outcome: Outcome,
    language: Language,
    *,
    name: str = "",
    by: str = "",
    options: Sequence[str] = (),
    company: str = "",
) -> Wording:
    """The words around an answer.

    `name` is the contact's full name as Slack has it (or empty), `by` a time in the contact's own zone as people
    write it, such as "14:30" or "tomorrow 09:15"; without it no time is promised. Outcomes: `quoted` (sentences of
    an article), `by_model` (a checked draft), `near` (articles that may help, and a person), `nothing` (nothing found),
    `person` (a person was asked for), `complaint`, `unreachable` (a part of ours is down), `opening` (a greeting that
    asks for help without saying with what), `reopened` (it is not solved after all), `passed_on` (something that only
    people can read, such as a file), `next_best` (another answer, after the first was not quite it), `which_one` (of
    these `options`), `too_little` (to search for), `is_it_one` (of the articles shown), `off_topic` (we help with
    `company`'s product).
    """
    greeting = _GREETING[language]
    named = first_name(name)
    hello = greeting.format(name=named) if named else ""
    person = _PERSON_BY[language].format(time=by) if by else _PERSON[language]
    frame, closing = _WORDS[language][outcome]
    whole = f"{hello} {frame}" if hello else frame[:1].upper() + frame[1:]
    said = {"person": person, "options": joined(options, language), "company": company or OUR_PRODUCT[language]}
    return Wording(whole.format(**said).strip(), closing.format(**said).strip())


def person_comes(language: Language, by: str) -> str:
    """The promise alone: that a person answers, by a time as `wording` wants it."""
    return _PERSON_BY[language].format(time=by)


def first_name(name: str) -> str:
    """How to greet somebody by a name from Slack: the first name, or empty when it does not look like a person's."""
    cleaned = re.sub(r"\([^)]*\)|\[[^\]]*\]|[|/•·–—].*$|\s-\s.*$", " ", name).strip()
    if "," in cleaned:
        before, _, after = cleaned.partition(",")
        cleaned = after.strip() if len(before.split()) == 1 and after.strip() else before
    words = [word for word in re.split(r"[\s._]+", cleaned) if word]
    while words and words[0].lower().rstrip(".") in _TITLES:
        words = words[1:]
    first = words[0] if words else ""
    if _NO_NAMES & {word.lower() for word in words} or not re.fullmatch(
        r"[^\W\d_][^\W\d_'’-]{1,19}(?:[-'’][^\W\d_]{1,19})?", first
    ):
        return ""
    return first if any(char.isupper() for char in first[1:]) and not first.isupper() else first.title()


def by_when(due: datetime, now: datetime, zone: str, language: Language) -> str:
    """A time as `wording` wants it in `by`: "14:30 CET", "tomorrow at 09:15 CET", "Monday at 09:15 CET".

    `due` and `now` are aware; `zone` is an IANA name, and an unknown one counts as UTC.
    """
    try:
        local = ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # a folder's name, "" or "../x" raise other errors than "not found"
        local = ZoneInfo("UTC")
    then, today = due.astimezone(local), now.astimezone(local).date()
    at = f"{then:%H:%M} {then.tzname()}"
    days = (then.date() - today).days
    same, tomorrow, other, weekdays = _WHEN[language]
    if days <= 0:
        return same.format(at=at)
    if days == 1:
        return tomorrow.format(at=at)
    day = weekdays.split(" ")[then.weekday()]
    return other.format(day=day if days < 7 else f"{day} {then:%Y-%m-%d}", at=at)


_WHEN: dict[Language, tuple[str, str, str, str]] = {
    "en": ("{at}", "tomorrow at {at}", "{day} at {at}", "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    "de": ("{at}", "morgen, {at}", "{day}, {at}", "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag"),
    "fr": ("à {at}", "demain à {at}", "{day} à {at}", "lundi mardi mercredi jeudi vendredi samedi dimanche"),
    "es": (
        "a las {at}",
        "mañana a las {at}",
        "el {day} a las {at}",
        "lunes martes miércoles jueves viernes sábado domingo",
    ),
}
_TITLES = frozenset(
    (
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "prof",
        "herr",
        "frau",
        "mme",
        "mlle",
        "m",
        "sr",
        "sra",
        "srta",
        "dipl-ing",
        "ing",
    )
)
_NO_NAMES = frozenset(
    (
        "admin",
        "support",
        "team",
        "user",
        "test",
        "bot",
        "it",
        "finance",
        "billing",
        "accounting",
        "info",
        "office",
        "guest",
        "the",
        "unknown",
        "helpdesk",
        "sales",
        "slack",
        "procurement",
        "purchasing",
        "customer",
        "system",
        "root",
        "service",
        "desk",
        "inc",
        "gmbh",
        "ltd",
        "llc",
    )
)

_GREETING: dict[Language, str] = {
    "en": "Hi {name},",
    "de": "Hallo {name},",
    "fr": "Bonjour {name},",
    "es": "Hola, {name}:",
}
_PERSON: dict[Language, str] = {
    "en": "I have passed this on to our team, and a person will answer here.",
    "de": "Ich habe das an unser Team weitergegeben; ein Mensch antwortet hier.",
    "fr": "J'ai transmis ceci à notre équipe ; une personne répondra ici.",
    "es": "He pasado esto a nuestro equipo; una persona responderá aquí.",
}
_PERSON_BY: dict[Language, str] = {
    "en": "I have passed this on to our team, and a person will answer here by {time}.",
    "de": "Ich habe das an unser Team weitergegeben; ein Mensch antwortet hier bis {time}.",
    "fr": "J'ai transmis ceci à notre équipe ; une personne répondra ici au plus tard {time}.",
    "es": "He pasado esto a nuestro equipo; una persona responderá aquí a más tardar {time}.",
}
_EN: dict[Outcome, tuple[str, str]] = {
    "quoted": (
        "this is what our help centre says about it:",
        "If that is not what you meant, press “Not quite” or write what is different for you. "
        "“Get a person” brings somebody from our team.",
    ),
    "by_model": (
        "here is what our articles say, with the sources below:",
        "If a step does not match what you see, write it here or press “Get a person”.",
    ),
    "near": (
        "I did not find a sure answer to this, so I am not guessing. {person}",
        "These articles may help in the meantime.",
    ),
    "nothing": (
        "I searched our articles and found no answer to this, so I am not guessing. {person}",
        "Whatever you can add here (what you see, since when, for whom) will make their answer quicker.",
    ),
    "person": ("of course. {person}", "You need not repeat anything: they see this whole thread."),
    "complaint": (
        "I am sorry that this has been so much trouble. {person}",
        "They see this whole thread, so you need not repeat anything. If it is blocking you, write what cannot wait.",
    ),
    "unreachable": (
        "your message is safe with us, but I cannot search our articles right now. {person}",
        "You need not send it again.",
    ),
    "opening": (
        "glad to help. What is it about?",
        "Tell me what you want to do and what you see, and I will look it up. “Get a person” brings somebody "
        "from our team.",
    ),
    "reopened": (
        "thank you for telling us; then this stays open. {person}",
        "If you can, write what is still different from what you need.",
    ),
    "passed_on": (
        "thank you. {person}",
        "If there is a question behind it, write it here in a sentence or two; then I can search for it too.",
    ),
    "next_best": (
        "thank you for telling me. Perhaps this fits better:",
        "If this is not it either, press “Not quite” and a person takes over. “Get a person” brings one at once.",
    ),
}
_DE: dict[Outcome, tuple[str, str]] = {
    "quoted": (
        "das steht dazu in unserer Hilfe:",
        "Falls Sie etwas anderes meinten, klicken Sie auf „Not quite“ oder schreiben Sie, was bei Ihnen anders ist. "
        "„Get a person“ holt jemanden aus unserem Team.",
    ),
    "by_model": (
        "das sagen unsere Artikel dazu, die Quellen stehen darunter:",
        "Wenn ein Schritt nicht zu dem passt, was Sie sehen, schreiben Sie es hier oder klicken Sie auf "
        "„Get a person“.",
    ),
    "near": (
        "eine sichere Antwort habe ich dazu nicht gefunden, und raten möchte ich nicht. {person}",
        "Diese Artikel helfen vielleicht in der Zwischenzeit.",
    ),
    "nothing": (
        "ich habe in unseren Artikeln keine Antwort darauf gefunden, und raten möchte ich nicht. {person}",
        "Was Sie hier noch ergänzen können (was Sie sehen, seit wann, bei wem), macht die Antwort schneller.",
    ),
    "person": ("gern. {person}", "Sie müssen nichts wiederholen: Der ganze Verlauf ist dort zu sehen."),
    "complaint": (
        "es tut mir leid, dass Ihnen das so viel Mühe macht. {person}",
        "Der ganze Verlauf ist dort zu sehen, Sie müssen nichts wiederholen. Wenn etwas nicht warten kann, "
        "schreiben Sie es bitte dazu.",
    ),
    "unreachable": (
        "Ihre Nachricht ist bei uns gut aufgehoben, aber ich kann unsere Artikel gerade nicht durchsuchen. {person}",
        "Sie müssen sie nicht noch einmal schicken.",
    ),
    "opening": (
        "gern helfe ich. Worum geht es?",
        "Schreiben Sie, was Sie tun möchten und was Sie sehen, dann schlage ich es nach. „Get a person“ holt "
        "jemanden aus unserem Team.",
    ),
    "reopened": (
        "danke für die Rückmeldung, dann bleibt das offen. {person}",
        "Wenn Sie können, schreiben Sie, was noch fehlt.",
    ),
    "passed_on": (
        "danke. {person}",
        "Wenn eine Frage dahintersteht, schreiben Sie sie hier in ein, zwei Sätzen; dann suche ich mit.",
    ),
    "next_best": (
        "danke, dass Sie es sagen. Vielleicht passt dies besser:",
        "Wenn es das auch nicht ist, klicken Sie auf „Not quite“, dann übernimmt ein Mensch. "
        "„Get a person“ holt sofort jemanden.",
    ),
}
_FR: dict[Outcome, tuple[str, str]] = {
    "quoted": (
        "voici ce que dit notre centre d'aide à ce sujet :",
        "Si vous pensiez à autre chose, cliquez sur « Not quite » ou écrivez ce qui est différent chez vous. "
        "« Get a person » fait venir quelqu'un de notre équipe.",
    ),
    "by_model": (
        "voici ce que disent nos articles, les sources sont indiquées dessous :",
        "Si une étape ne correspond pas à ce que vous voyez, écrivez-le ici ou cliquez sur « Get a person ».",
    ),
    "near": (
        "je n'ai pas trouvé de réponse sûre, et je préfère ne pas deviner. {person}",
        "En attendant, ces articles peuvent aider.",
    ),
    "nothing": (
        "j'ai cherché dans nos articles sans trouver de réponse, et je préfère ne pas deviner. {person}",
        "Ce que vous pouvez ajouter ici (ce que vous voyez, depuis quand, pour qui) accélérera la réponse.",
    ),
    "person": ("bien sûr. {person}", "Vous n'avez rien à répéter : tout cet échange lui est visible."),
    "complaint": (
        "je suis désolé que cela vous donne autant de mal. {person}",
        "Tout cet échange lui est visible, vous n'avez rien à répéter. Si quelque chose ne peut pas "
        "attendre, écrivez-le ici.",
    ),
    "unreachable": (
        "votre message nous est bien parvenu, mais je ne peux pas consulter nos articles en ce moment. {person}",
        "Vous n'avez pas besoin de le renvoyer.",
    ),
    "opening": (
        "avec plaisir. De quoi s'agit-il ?",
        "Dites-moi ce que vous voulez faire et ce que vous voyez, et je chercherai. « Get a person » fait venir "
        "quelqu'un de notre équipe.",
    ),
    "reopened": (
        "merci de nous le dire, cela reste donc ouvert. {person}",
        "Si vous le pouvez, écrivez ce qui manque encore.",
    ),
    "passed_on": (
        "merci. {person}",
        "S'il y a une question, écrivez-la ici en une ou deux phrases ; je chercherai aussi.",
    ),
    "next_best": (
        "merci de me l'avoir dit. Ceci correspond peut-être mieux :",
        "Si ce n'est toujours pas cela, cliquez sur « Not quite », et une personne prend le relais. "
        "« Get a person » en appelle une tout de suite.",
    ),
}
_ES: dict[Outcome, tuple[str, str]] = {
    "quoted": (
        "esto es lo que dice nuestro centro de ayuda:",
        "Si se refería a otra cosa, pulse «Not quite» o escriba qué es distinto en su caso. "
        "«Get a person» trae a alguien de nuestro equipo.",
    ),
    "by_model": (
        "esto es lo que dicen nuestros artículos; las fuentes están debajo:",
        "Si algún paso no coincide con lo que ve, escríbalo aquí o pulse «Get a person».",
    ),
    "near": (
        "no he encontrado una respuesta segura y prefiero no adivinar. {person}",
        "Mientras tanto, estos artículos pueden ayudar.",
    ),
    "nothing": (
        "he buscado en nuestros artículos y no he encontrado respuesta; prefiero no adivinar. {person}",
        "Lo que pueda añadir aquí (qué ve, desde cuándo, a quién le pasa) hará más rápida la respuesta.",
    ),
    "person": ("por supuesto. {person}", "No hace falta que repita nada: esa persona ve toda esta conversación."),
    "complaint": (
        "siento que esto le esté dando tantas molestias. {person}",
        "Esa persona ve toda esta conversación, no hace falta que repita nada. Si algo no puede esperar, "
        "escríbalo aquí.",
    ),
    "unreachable": (
        "su mensaje nos ha llegado, pero ahora mismo no puedo consultar nuestros artículos. {person}",
        "No hace falta que lo envíe otra vez.",
    ),
    "opening": (
        "con gusto le ayudo. ¿De qué se trata?",
        "Cuénteme qué quiere hacer y qué ve, y lo busco. «Get a person» trae a alguien de nuestro equipo.",
    ),
    "reopened": ("gracias por avisar; entonces esto sigue abierto. {person}", "Si puede, escriba qué falta todavía."),
    "passed_on": (
        "gracias. {person}",
        "Si hay una pregunta detrás, escríbala aquí en una o dos frases y también la buscaré.",
    ),
    "next_best": (
        "gracias por decírmelo. Quizá esto encaje mejor:",
        "Si tampoco es esto, pulse «Not quite» y se encargará una persona. «Get a person» la trae enseguida.",
    ),
}
_TABLES: dict[Language, dict[Outcome, tuple[str, str]]] = {"en": _EN, "de": _DE, "fr": _FR, "es": _ES}
_WORDS: dict[Language, dict[Outcome, tuple[str, str]]] = {
    language: table | {outcome: words for outcome, words in ASKING_WORDS[language].items()}
    for language, table in _TABLES.items()
}

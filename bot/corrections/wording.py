"""The words of a correction, in four languages: what we told them, and what is right now; it decides neither."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answering.wording import first_name
from bot.texts.language import Language

LONGEST = 2900  # a form's input holds 3,000 characters
LONGEST_BEFORE = 400


@dataclass(frozen=True)
class _Words:
    hello: str
    changed: str
    wrong: str
    withdrawn: str
    told: str
    now: str
    closing: str
    person: str


def correction(
    cause: str, language: Language, *, name: str, told_on: str, before: Sequence[str], now: Sequence[str]
) -> str:
    """A whole message in Markdown. `cause`: changed, wrong or withdrawn; `told_on` a time as its reader writes it.

    `before` are the words that no longer hold. `now` are those that stand in their place, each with its [1]; without
    any the promise of a person follows, which is made when it is sent.
    """
    words = _WORDS[language]
    named = first_name(name)
    why = {"changed": words.changed, "wrong": words.wrong}.get(cause, words.withdrawn).format(on=told_on)
    opening = f"{words.hello.format(name=named)} {why}" if named else why[:1].upper() + why[1:]
    ending = words.closing if now else words.person
    kept = list(now)
    while len(kept) > 1 and sum(map(len, kept)) > LONGEST - LONGEST_BEFORE - len(opening) - len(ending):
        kept.pop()
    told = [words.told, _quoted(before)] if before else []
    if sum(map(len, (*kept, *told, words.now, opening, ending))) > LONGEST:
        told = []  # steps and tables stay whole; what we told them stands in the thread anyway
    return "\n\n".join([opening, *told, *([words.now, *kept] if kept else []), ending])


def numbered(text: str, number: int) -> str:
    """A quote with the number of its source behind it."""
    apart = text.rstrip().endswith("```") or text.lstrip().startswith("|")
    return f"{text.rstrip()}{chr(10) * 2 if apart else ' '}[{number}]"


def _quoted(before: Sequence[str]) -> str:
    text = "\n\n".join(before)
    if len(text) > LONGEST_BEFORE:
        text = text[:LONGEST_BEFORE].rsplit(" ", 1)[0].rstrip() + " …"
        text += "\n```" if text.count("```") % 2 else ""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


_WORDS: dict[Language, _Words] = {
    "en": _Words(
        hello="Hi {name},",
        changed="I answered your question here ({on}). Our article has changed since then, and part of what I told "
        "you is no longer right. I am sorry for the trouble.",
        wrong="I answered your question here ({on}). We have found since then that part of what I told you is not "
        "right. I am sorry for the trouble.",
        withdrawn="I answered your question here ({on}). The article that I took the answer from has been withdrawn "
        "since then. I am sorry for the trouble.",
        told="This is what I told you:",
        now="This is right now:",
        closing="If you have already acted on the earlier answer, or if something is unclear, just write it here.",
        person="Please do not rely on it any more. You need not repeat anything.",
    ),
    "de": _Words(
        hello="Hallo {name},",
        changed="ich habe Ihre Frage hier beantwortet ({on}). Unser Artikel hat sich seitdem geändert, und ein Teil "
        "meiner Antwort stimmt nicht mehr. Das tut mir leid.",
        wrong="ich habe Ihre Frage hier beantwortet ({on}). Inzwischen wissen wir, dass ein Teil meiner Antwort nicht "
        "richtig war. Das tut mir leid.",
        withdrawn="ich habe Ihre Frage hier beantwortet ({on}). Der Artikel, aus dem die Antwort stammt, wurde "
        "inzwischen zurückgezogen. Das tut mir leid.",
        told="Das hatte ich geschrieben:",
        now="Richtig ist jetzt:",
        closing="Falls Sie schon nach der früheren Antwort gehandelt haben oder etwas unklar ist, schreiben Sie es "
        "einfach hier.",
        person="Bitte verlassen Sie sich nicht mehr darauf. Sie müssen nichts wiederholen.",
    ),
    "fr": _Words(
        hello="Bonjour {name},",
        changed="j'ai répondu ici à votre question ({on}). Notre article a changé depuis, et une partie de ma "
        "réponse n'est plus exacte. J'en suis désolé.",
        wrong="j'ai répondu ici à votre question ({on}). Nous avons constaté depuis qu'une partie de ma réponse "
        "n'était pas exacte. J'en suis désolé.",
        withdrawn="j'ai répondu ici à votre question ({on}). L'article dont venait la réponse a été retiré depuis. "
        "J'en suis désolé.",
        told="Voici ce que j'avais écrit :",
        now="Voici ce qui est exact maintenant :",
        closing="Si vous avez déjà suivi la première réponse, ou si quelque chose n'est pas clair, écrivez-le ici.",
        person="Ne vous y fiez plus, s'il vous plaît. Vous n'avez rien à répéter.",
    ),
    "es": _Words(
        hello="Hola {name},",
        changed="respondí aquí a su pregunta ({on}). Nuestro artículo ha cambiado desde entonces y una parte de lo "
        "que le dije ya no es correcta. Lamento las molestias.",
        wrong="respondí aquí a su pregunta ({on}). Desde entonces hemos visto que una parte de lo que le dije no es "
        "correcta. Lamento las molestias.",
        withdrawn="respondí aquí a su pregunta ({on}). El artículo del que salió la respuesta se ha retirado desde "
        "entonces. Lamento las molestias.",
        told="Esto es lo que le dije:",
        now="Esto es lo correcto ahora:",
        closing="Si ya siguió la respuesta anterior, o si algo no queda claro, escríbalo aquí.",
        person="Por favor, no confíe más en ella. No hace falta que repita nada.",
    ),
}

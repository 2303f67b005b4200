"""The sentences around a question back, in four languages; it decides nothing about when to ask.

`{options}` are the names to choose from, `{company}` is whose product we help with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from bot.texts.language import Language

Asking = Literal["which_one", "too_little", "is_it_one", "off_topic"]
ASKING: tuple[Asking, ...] = ("which_one", "too_little", "is_it_one", "off_topic")

OR: dict[Language, str] = {"en": "or", "de": "oder", "fr": "ou", "es": "o"}
OUR_PRODUCT: dict[Language, str] = {
    "en": "our product",
    "de": "unserem Produkt",
    "fr": "notre produit",
    "es": "nuestro producto",
}
_EN: dict[Asking, tuple[str, str]] = {
    "which_one": (
        "happy to look this up. Which one is it about: {options}?",
        "Press it, or write it here in your own words. “Get a person” brings somebody from our team.",
    ),
    "too_little": (
        "I would like to find the right answer for you. What do you want to do, and what do you see?",
        "The words of an error, a name, since when: whatever you write here helps me to look it up. "
        "“Get a person” brings somebody from our team.",
    ),
    "is_it_one": (
        "I would like to find the right answer for you. Is it about one of these?",
        "Press the one that fits, or write here what you want to do and what you see. "
        "“Get a person” brings somebody from our team.",
    ),
    "off_topic": (
        "I am here to help with {company}, and our articles say nothing about this.",
        "If it has to do with {company} after all, write here what you want to do and I will look it up. "
        "“Get a person” brings somebody from our team.",
    ),
}
_DE: dict[Asking, tuple[str, str]] = {
    "which_one": (
        "gern schlage ich das nach. Worum geht es: {options}?",
        "Klicken Sie darauf, oder schreiben Sie es hier mit Ihren Worten. „Get a person“ holt jemanden aus unserem "
        "Team.",
    ),
    "too_little": (
        "ich möchte die richtige Antwort für Sie finden. Was möchten Sie tun, und was sehen Sie?",
        "Der Wortlaut eines Fehlers, ein Name, seit wann: Was Sie hier schreiben, hilft mir beim Nachschlagen. "
        "„Get a person“ holt jemanden aus unserem Team.",
    ),
    "is_it_one": (
        "ich möchte die richtige Antwort für Sie finden. Geht es um eines davon?",
        "Klicken Sie auf das Passende, oder schreiben Sie hier, was Sie tun möchten und was Sie sehen. "
        "„Get a person“ holt jemanden aus unserem Team.",
    ),
    "off_topic": (
        "ich helfe bei Fragen zu {company}, und darüber steht in unseren Artikeln nichts.",
        "Falls es doch mit {company} zu tun hat, schreiben Sie hier, was Sie tun möchten, dann schlage ich es nach. "
        "„Get a person“ holt jemanden aus unserem Team.",
    ),
}
_FR: dict[Asking, tuple[str, str]] = {
    "which_one": (
        "je vais chercher avec plaisir. De quoi s'agit-il : {options} ?",
        "Cliquez dessus, ou écrivez-le ici avec vos mots. « Get a person » fait venir quelqu'un de notre équipe.",
    ),
    "too_little": (
        "je voudrais trouver la bonne réponse pour vous. Que voulez-vous faire, et que voyez-vous ?",
        "Les mots d'une erreur, un nom, depuis quand : ce que vous écrivez ici m'aide à chercher. "
        "« Get a person » fait venir quelqu'un de notre équipe.",
    ),
    "is_it_one": (
        "je voudrais trouver la bonne réponse pour vous. Est-ce l'un de ces sujets ?",
        "Cliquez sur celui qui convient, ou écrivez ici ce que vous voulez faire et ce que vous voyez. "
        "« Get a person » fait venir quelqu'un de notre équipe.",
    ),
    "off_topic": (
        "je suis là pour aider avec {company}, et nos articles ne disent rien à ce sujet.",
        "Si cela concerne tout de même {company}, écrivez ici ce que vous voulez faire et je chercherai. "
        "« Get a person » fait venir quelqu'un de notre équipe.",
    ),
}
_ES: dict[Asking, tuple[str, str]] = {
    "which_one": (
        "con gusto lo busco. ¿De cuál se trata: {options}?",
        "Púlselo o escríbalo aquí con sus palabras. «Get a person» trae a alguien de nuestro equipo.",
    ),
    "too_little": (
        "me gustaría encontrar la respuesta adecuada para usted. ¿Qué quiere hacer y qué ve?",
        "Las palabras de un error, un nombre, desde cuándo: lo que escriba aquí me ayuda a buscarlo. "
        "«Get a person» trae a alguien de nuestro equipo.",
    ),
    "is_it_one": (
        "me gustaría encontrar la respuesta adecuada para usted. ¿Se trata de algo de esto?",
        "Pulse lo que corresponda o escriba aquí qué quiere hacer y qué ve. "
        "«Get a person» trae a alguien de nuestro equipo.",
    ),
    "off_topic": (
        "estoy aquí para ayudar con {company}, y nuestros artículos no dicen nada sobre esto.",
        "Si tiene que ver con {company}, escriba aquí qué quiere hacer y lo busco. "
        "«Get a person» trae a alguien de nuestro equipo.",
    ),
}
ASKING_WORDS: dict[Language, dict[Asking, tuple[str, str]]] = {"en": _EN, "de": _DE, "fr": _FR, "es": _ES}


def joined(options: Sequence[str], language: Language) -> str:
    """Names as a sentence has them: "NetSuite, SAP S/4HANA or QuickBooks"."""
    *first, last = options or ("",)
    return f"{', '.join(first)} {OR[language]} {last}" if first else last

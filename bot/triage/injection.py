"""Recognises texts that try to change, or to read, a bot's instructions: a few forms, and their usual disguises.

The classifier (see model.py) recognises more of them by meaning. Neither guards anything by itself; words of business
("ignore my previous e-mail", "override the approval policy") are no attack.
"""

from __future__ import annotations

import codecs
import re

from knowledge.embedded_instructions import talks_to_an_assistant

LONGEST = 4000
_NEAR = r"[^.!?\n]{0,50}?"
_ENGLISH = (
    # away with the rules
    rf"\b(?:ignore|disregard|forget|override|bypass)\b(?! my\b| our\b)(?={_NEAR}\b(?:your|previous|prior|above|all)\b)"
    rf"(?!{_NEAR}\b(?:my|our)\b)"
    rf"(?={_NEAR}\b(?:instructions|prompts?|rules|guidelines|directives)\b(?! (?:in|of|on|for|to)\b))",
    # out with the prompt
    rf"\b(?:reveal|show|print|repeat|output|tell|give|translate|encode)\b{_NEAR}\b(?:your|the|its)\b(?: \w+)?"
    r" (?:system|hidden|initial|original) (?:prompt|instructions)\b",
    # another role
    r"\byou are now (?:dan\b|un\w+|an? (?:un\w+|jailbroken|evil)\b)|\bdo anything now\b|\bno content policy\b",
    # the marks that part a prompt
    r"<\|?(?:im_start|im_end|system|endoftext)\b|\[/?inst\]|(?:^|\n)\W*#{2,} ?system\b",
)
# The first form in German, French, Spanish, Italian, Portuguese and Dutch.
_OTHERS = (
    rf"\b(?:ignorier\w*|vergiss|missachte|ignore[zr]?|oublie[zr]?|ignora|olvida|dimentica|negeer)\b"
    rf"(?={_NEAR}\b(?:alle|deine|bisherig\w*|vorherig\w*|toutes|tes|vos|précédent\w*|todas|tus|anterior\w*|tutte"
    rf"|eerdere)\b)"
    rf"(?={_NEAR}\b(?:anweisung\w*|regeln|instructions|consignes|instruc\w+|reglas|istruzioni|instructies)\b)",
    rf"\b(?:zeige?|verrate|montre|révèle|muestra|revela|mostra)\b{_NEAR}"
    r"\b(?:system-?prompt|prompt (?:système|del sistema))\b",
)
_ATTACK = re.compile("|".join(f"(?:{pattern})" for pattern in (*_ENGLISH, *_OTHERS)), re.IGNORECASE)
_LEET = str.maketrans("013457@$", "oieastas")


def is_attack(text: str) -> bool:
    """Whether the first 4,000 characters of a text try it, also spelt backwards, rotated, in digits or spaced."""
    plain = re.sub(r"[^\S\n]+", " ", text[:LONGEST].lower().replace("’", "'"))
    if _ATTACK.search(plain):
        return True
    disguised = (
        plain[::-1],
        codecs.encode(plain, "rot13"),
        plain.translate(_LEET),
        re.sub(r"\b(\w) (?=\w\b)", r"\1", plain),
    )
    return any(other != plain and _ATTACK.search(other) for other in disguised)


def gives_orders(text: str) -> bool:
    """Whether words of an article, or of a draft, speak to a machine instead of to a person: never to be posted."""
    return is_attack(text) or talks_to_an_assistant(text)

"""Detect and remove instructions to an AI that are embedded in text (prompt injection).

This is one layer of defence and can be evaded: the checks on an answer must not depend on it.
"""

import base64
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from knowledge.markdown_blocks import plain_text

_REPLY = (
    r"(?:response|reply|replies|answers?|output|completion|summar(?:y|ies)|review|report)(?! (?:to (?:the|a|an|this"
    r"|your|our)\b|box|field|button|form|tab|page|format|template))"
)
_YOUR_REPLY = rf"(?:your|every|each|any|all|its|the end of (?:the|a|your|every|each|any)) (?:\w+ ){{0,2}}{_REPLY}"
_DO = (
    r"(?:add|append|attach|prepend|include|insert|integrate|embed|mention|promote|reference|tease|hint|allude|write|print"
    r"|say|use|put|give|provide|show|display|repeat|begin|start|end|finish|close|suggest|recommend|share|claim|spread"
    r"|incorporate|weave|sprinkle|introduce|encode|encrypt|cipher|obfuscate|reverse|invert|render|translate|rewrite"
    r"|rephrase|express|represent|augment|enhance|modify|alter|adapt|shift|substitute|replace|swap|apply|convert"
    r"|misspell|scramble|jumble|rearrange|anagram|remove|delete|group|combine|capitali[sz]e|shorten|switch|mix|transform"
    r"|deliver|send|make|reply|respond|answer|disguise|hide|change|conclude|precede|follow)"
)
# Words for parts of a screen: "click Insert to add the macro to your reply" tells a person which button to press.
_SCREEN = re.compile(
    r"\b(?:click|tap|press|select|choose|button|menu|field|box|tab|page|toolbar|editor|icon|window|dialog|composer"
    r"|shortcut|screen)\b",
    re.IGNORECASE,
)
_LANGUAGE = (
    r"(?:english|german|french|spanish|italian|portuguese|dutch|russian|chinese|japanese|korean|arabic|hindi|latin"
    r"|turkish|polish|base\s?-?\d+|rot-?\d+|hex(?:adecimal)?|binary|morse(?: code)?|leet(?:speak)?|emojis?"
    r"|reverse|backwards?|capitals|all caps|rhymes?|verse|code blocks?|json|xml|a txt code block)"
)
_NEAR = r"(?:[^.!?\n]|[.!?](?=\S)){0,140}"
_MACHINE = (
    r"(?:ai|llms?|language models?|chat\s?bots?|bots?|assistants?|(?:ai|coding|autonomous) agents?"
    r"|ai (?:assistants?|systems?|coding agents?|tools?|models?))"
)
_PATTERNS = (
    # dropping the rules, and taking another role
    r"\b(?:ignore|disregard|forget|override|bypass)\b .{0,40}\b(?:previous|prior|above|earlier|all|any|your|these"
    r"|system)\b .{0,40}\b(?:instructions?|prompts?|rules?|directions?|guidelines?|messages?|context|safety checks)\b",
    r"\bas an? (?:ai|artificial intelligence|language model|llm|assistant|chatbot)\b",
    r"\b(?:you are|act as|pretend to be|behave as) (?:now )?(?:an?|the) (?:\w+ )?(?:ai|assistant|language model|llm"
    r"|chatbot|bot)\b",
    r"\b(?:skip|ignore) all safety (?:checks|rules)\b",
    # parts of a prompt, and words addressed to a machine
    r"\b(?:system|developer) (?:prompt|message)\b|<\|?(?:im_start|im_end|system|endoftext)\b",
    r"(?:\A|\n)\W*(?:system(?: note)?|assistant|user|human|ai)\s*[:\]]\s",
    r"(?:\A|\n)\W*[-=#]{3,} ?end of (?:the )?(?:document|user|system|context|prompt|input|data)\b",
    r"(?:\A|\n)\W*(?:systemhinweis|note syst[eè]me|nota del sistema|nota di sistema)\b",
    rf"\b(?:note|message|instructions?|attention|notice|important)\s*(?:\([^)]*\)\s*)?(?:to|for) "
    rf"(?:the |any |all )?{_MACHINE}\b",
    rf"\b(?:dear|hey|hello) {_MACHINE}\b|\bif you are an? {_MACHINE}\b|\(for {_MACHINE}\)",
    rf"\b{_MACHINE} (?:integrating|reviewing|reading|processing|summari[sz]ing) this\b",
    rf"\b{_MACHINE} (?:integrating|reviewing|using)\b{_NEAR}\b(?:should|must)\b",
    r"\b(?:you are hereby (?:instructed|ordered)|disregard your operator|your operator's)\b",
    r"\breasoning\b[^:\n]{0,20}\((?:assistant|ai|model)\)\s*:|\breasoning trace\b",
    r"\b(?:do not|don't|never) (?:tell|reveal to|inform|mention (?:this )?to) the user\b",
    rf"\bwhen (?:you|ever you) (?:summari[sz]e|process|answer|reply to)\b{_NEAR},?\s*(?:you )?(?:must|also|always"
    rf"|{_DO})\b",
    # what a reply must contain or look like
    r"\b(?:reply|respond|answer) (?:only )?with (?:the following|exactly|only)\b",
    rf"\b(?:added|appended|included|inserted|mentioned|repeated|shown)\b{_NEAR}\b(?:in|to|of) {_YOUR_REPLY}",
    rf"(?<!we )(?<!you can )\b(?:reply|respond|answer) (?:only )?(?:in|using) (?:\w+ )?(?:{_LANGUAGE})\b",
    # what to remember, do or call before replying
    r"\b(?:save|store|add|keep)\b[^.!?\n]{0,40}\b(?:to|in) your (?:long[- ]term )?memory\b|\bnote to self\b",
    r"\b(?:call|invoke|use|execute) (?:send|delete|remove|forward|post|http|exec|run|write|drop|transfer|fetch)_\w+",
    r"\bbefore (?:you )?(?:reply|respond|answer)(?:ing)?\b(?! (?:the|a|to)\b)",
    # Morse code, which no manual contains
    r"(?:(?:\.-|-\.)[.-]{0,4}[ /]+(?:[.-]{1,5}[ /]+){0,6}?){8,}",
    r"\bdecode\b[^.!?\n]{0,60}\b(?:and|then)\b[^.!?\n]{0,30}\b(?:do|follow|execute|run|obey)\b",
    # the same in other languages
    r"\b(?:muss|soll)\b[^.\n]{0,60}\b(?:jeder|deiner) antwort|\b(?:ende|anfang) (?:jeder|deiner) antwort",
    r"\b(?:doit|devez|dois)\b[^.\n]{0,90}\b(?:toute|chaque|ta|votre) r[ée]ponse|fin de (?:toute|chaque|ta) r[ée]ponse",
    r"\b(?:debe|debes)\b[^.\n]{0,90}\b(?:cualquier|cada|tu) respuesta|final de (?:cualquier|cada|tu) respuesta",
    r"\b(?:deve|devi)\b[^.\n]{0,90}\b(?:ogni|tua) risposta|fine di ogni risposta",
)
_TO_AN_ASSISTANT = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS), re.IGNORECASE)
_QUOTED = re.compile(r"[\"“'][^\"”\n]{3,300}[\"”']")
_SENTENCE_END = re.compile(r"(?<=[.!?]) +(?=\W{0,3}[A-ZÀ-Þ0-9])")
_ESCAPES = re.compile(r"(?:%[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4})")
_SHORTEST_CODED = 24
"""Runs of this many characters or more without a space are decoded and checked. A shorter one cannot hold a command."""
_CODED = re.compile(rf"\S{{{_SHORTEST_CODED},}}")
_BYTES = re.compile(r"(?:[01]{8}\s*){6,}")
_DECODERS = (
    bytes.fromhex,
    lambda run: base64.b32decode(run + "=" * (-len(run) % 8)),
    lambda run: base64.urlsafe_b64decode(run.replace("+", "-").replace("/", "_") + "=" * (-len(run) % 4)),
    base64.b85decode,
    lambda run: base64.a85decode(run.removeprefix("<~").removesuffix("~>")),
)


_ABOUT_A_REPLY = re.compile(
    rf"\b{_DO}\b{_NEAR}\b{_YOUR_REPLY}(?:'s)?|\b{_YOUR_REPLY},? (?:please )?{_DO}\b|\b{_DO}\b{_NEAR}\byour message\b"
    rf"(?= (?:backwards?|in|into|to|using|with)\b| *[?.!]| *\Z)",
    re.IGNORECASE,
)


def talks_to_an_assistant(text: str) -> bool:
    """Return whether `text` gives instructions to an AI that reads it, rather than to a person."""
    forms = (re.sub(r"[^\S\n]+", " ", form) for form in (plain_text(text), *_decode(text)))
    return any(_TO_AN_ASSISTANT.search(form) or _prescribes_a_reply(form) for form in forms)


def _prescribes_a_reply(text: str) -> bool:
    """Return whether a sentence says how to write a reply ("encode your answer") and mentions no part of a screen."""
    pieces = (piece for line in text.split("\n") for piece in _SENTENCE_END.split(line))
    return any(_ABOUT_A_REPLY.search(piece) and not _SCREEN.search(_QUOTED.sub(" ", piece)) for piece in pieces)


# Every search calls this for the same passages, and without the cache it takes longer than the rest of the search.
@lru_cache(maxsize=4096)
def remove_instructions(text: str) -> str:
    """Return `text` without the sentences that talk to an assistant. Other sentences and lines are unchanged."""
    if not talks_to_an_assistant(text):
        return text
    lines = (_SENTENCE_END.split(line) for line in text.split("\n"))
    remaining = (" ".join(piece for piece in line if not talks_to_an_assistant(piece)) for line in lines)
    kept = "\n".join(remaining)
    return "" if talks_to_an_assistant(kept) else kept


def _decode(text: str) -> Iterator[str]:
    """Yield `text` with %20 and \\u0020 decoded, and every run of Base64, hexadecimal and the like as plain text."""
    if len(_ESCAPES.findall(text)) >= 3:
        plain = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
        yield unquote(plain, errors="replace")
    for run in _CODED.findall(text):
        yield from filter(None, (_decode_run(decode, run) for decode in _DECODERS))
    for bits in _BYTES.findall(text):
        yield _decode_run(lambda run: bytes(int(each, 2) for each in run), re.findall("[01]{8}", bits))


def _decode_run(decode: Callable[[Any], bytes], run: object) -> str:
    """Return `run` decoded, or "" if it is not text in this encoding."""
    try:
        decoded = decode(run).decode("utf-8")
    except ValueError:
        return ""
    return decoded if decoded.isprintable() else ""

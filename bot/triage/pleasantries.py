"""Takes greetings, thanks and closings out of what people write in Slack, in four languages; it judges nothing."""

from __future__ import annotations

import html
import re
import unicodedata

from bot.privacy.safeguards import strip_invisible

_USER = re.compile(r"<[@!][^>\n]{1,200}>")
_CHANNEL = re.compile(r"<#[A-Z0-9]+(?:\|([^>\n]{0,100}))?>")
_LABELLED = re.compile(r"<((?:https?|mailto|tel|ftp):[^>|\s]{1,2000})\|([^>\n]{0,500})>")
_LINK = re.compile(r"<((?:https?|mailto|tel|ftp):[^>|\s]{1,2000})>")
_EMOJI = re.compile(r"(?<![\w:]):([a-z0-9_+'-]{2,40}):(?![\w:])")


def plain(text: str) -> str:
    """Slack's text as a person reads it: no mentions, links as their words or address, entities decoded."""
    text = _CHANNEL.sub(lambda found: f"#{found[1]}" if found[1] else "", _USER.sub(" ", strip_invisible(text)))
    text = _LINK.sub(r"\1", _LABELLED.sub(r"\2", text))
    return html.unescape(text).strip()


def without_emoji(text: str) -> tuple[str, frozenset[str]]:
    """`text` without emoji, and which there were: Slack's names (without skin tones) and the characters."""
    names = {found.split("::")[0] for found in _EMOJI.findall(text)}
    text = _EMOJI.sub(" ", text)
    signs = {char for char in text if unicodedata.category(char) in ("So", "Sk") and ord(char) > 0x2000}
    return "".join(" " if char in signs else char for char in text), frozenset(names | signs)


# Words that begin something of substance: thanks reach no further than to them.
_NOT = (
    r"(?!(?:how|what|what's|why|when|where|who|which|can|could|but|is|are|do|does|did|will|would|should|i|i'm|we|and"
    r"|however|also|just|still|it|there|if|wie|was|warum|wann|wo|kann|können|aber|ich|wir|comment|pourquoi|quand|où"
    r"|mais|je|nous|cómo|qué|cuándo|dónde|puedo|pero|y|et|und)\b)"
)
_NAME = (
    r"(?:[ ,]+(?:all|everyone|everybody|team|folks|guys|there|again|support|bot|zusammen|alle|allerseits"
    r"|à tous|tout le monde|l'équipe|équipe|todos|a todos|equipo|friends?|my friends?|buddy|pal|mate|dude|sir|madam"
    r"|siri|alexa|cortana|google|bixby|human|assistant|ai|robot|footbridge))?"
)

GREETING = (
    r"(?:hi+|hiya|hello+|hey+(?: there)?|hallo|hallöchen|moin(?: moin)?|servus|grüezi|grüß (?:gott|dich|euch)"
    r"|howdy|yo|greetings(?: and salutations)?|salutations|good (?:morning|afternoon|evening|day|morrow)|morning"
    r"|g'day|guten (?:morgen|tag|abend)|schönen (?:guten )?(?:tag|morgen|abend)|bonjour|bonsoir|salut|coucou|rebonjour"
    r"|hola|buenos días|buenos dias|buen día|buenas(?: tardes| noches)?|saludos|dear|sehr geehrte damen und herren"
    r"|liebes team|ciao|aloha|good to see you|nice to (?:meet|see) you"
    r"|i hope (?:you are|you're|you|this|everyone|all)[^.!?\n]{0,40}(?:well|good|great)"
    r"|hope (?:you|everyone|all)[^.!?\n]{0,40}(?:well|good|great|weekend|day|week))" + _NAME
)
THANKS = (
    r"(?:(?:ok(?:ay)?|great|perfect|super|wonderful|awesome|excellent|cool|nice|lovely|brilliant|amazing"
    r"|marvell?ous|got it|good|fantastic|alright|yes|ah|oh|wow|much appreciated|appreciated)[,! .]+)*"
    r"(?:(?:many |much |a lot of |ok |well |big |huge |so many |a million |warm |kind )*(?:thanks|thx|tnx|thnx"
    r"|thankyou|ty|tysm|cheers|kudos|thank (?:you|u|ya))"
    r"(?: (?:so|very|a lot|a bunch|a ton|a million|again|much|ever|really|heaps|loads|all|for (?:the|your|all(?: "
    r"the| your)?|that|this|everything|being|always|looking|getting|checking|helping|answering|taking|sorting|fixing"
    r"|understanding|coming|letting)\b(?: "
    + _NOT
    + r"[a-zäöüß'-]+){0,6}|anyway|in advance|upfront|indeed|you|guys|everyone|team"
    r"|folks|kindly|friend|buddy|bot|y'all|sir|mate)\b)*"
    r"|(?:i (?:really )?|much |it'?s |we (?:really )?|really |very )?appreciat(?:e|ed)(?: (?:it|that|this|your "
    r"help|the help|you|your (?:time|support|assistance)|all your help|a lot|very much|so much))*"
    r"|(?:i'm|we're|i am|we are|so|very|really|most)? ?(?:so |very |really |most )?(?:grateful|thankful)"
    r"(?: (?:to you|for (?:your|the|that|this)(?: " + _NOT + r"[a-z]+){0,5}))?|(?:i |we )?owe you(?: one)?|much obliged"
    r"|(?:vielen |besten |herzlichen |lieben |tausend |recht |schönen )*dank(?:e)?(?: (?:sehr|schön|dir|ihnen"
    r"|euch|vielmals"
    r"|nochmals|im voraus|für (?:die|deine|ihre|eure|den|das)(?: " + _NOT + r"[a-zäöüß]+){0,5}))*|dankeschön|merci"
    r"(?: (?:beaucoup|bien|infiniment|à vous|à toi|d'avance|encore|mille fois"
    r"|pour (?:votre|ton|l'|la|le|tout|les)(?: ?" + _NOT + r"[a-zéèàêç']+){0,5}))*|mille mercis|je vous remercie"
    r"(?: pour(?: " + _NOT + r"[a-zéèàêç']+){1,6})?"
    r"|(?:muchas |mil |muchísimas )*gracias(?: (?:por (?:la|tu|su|todo|el|adelantado)(?: "
    + _NOT
    + r"[a-záéíóúñ]+){0,5}|de nuevo"
    r"|a todos|de antemano))*|se agradece|te lo agradezco|grazie(?: mille)?|obrigad[oa])"
)
CLOSING = (
    r"(?:(?:best|kind|warm|many)(?: regards| wishes)|regards|best|sincerely|yours(?: sincerely| faithfully| "
    r"truly)?|cheers"
    r"|(?:mit )?(?:freundlichen|freundliche|besten|beste|liebe|lieben|viele|schöne|herzliche) grüße(?:n)?|lg|vg"
    r"|mfg|gruß"
    r"|(?:bien )?cordialement|bien à vous|cdt|salutations distinguées|(?:un )?(?:cordial )?saludos?(?: cordial(?:es)?)?"
    r"|atentamente|(?:good ?)?bye(?: ?bye)?(?: for now)?|see (?:you|ya)(?: (?:later|soon|tomorrow|then|around|next week"
    r"|shortly))?|talk (?:to you )?(?:later|soon|tomorrow)|take care|later|so long|farewell|good ?night|cya|ttyl|ciao"
    r"|have a (?:very )?(?:good|great|nice|lovely|wonderful|pleasant|safe|fantastic|blessed)"
    r" (?:day|evening|night|weekend|week|one|time|afternoon|morning|rest of (?:your|the) (?:day|week)|trip|holiday)"
    r"(?: too| everyone| all| ahead)?|enjoy (?:your|the) (?:day|evening|weekend|holidays?)|you too|same to you"
    r"|tschüss|tschüß|tschau|auf wiedersehen|bis (?:bald|später|morgen|dann)|schönen (?:tag|abend|feierabend)(?: noch)?"
    r"|schönes wochenende|einen schönen tag(?: noch)?|au revoir|à bientôt|à plus(?: tard)?|à demain|bonne (?:journée"
    r"|soirée|nuit|fin de journée)|bon week-?end|adiós|adios|hasta (?:luego|pronto|mañana|la vista)|chao|nos vemos"
    r"|buen (?:día|fin de semana)|feliz día|que tenga[sn]? (?:un )?buen día)" + _NAME
)

_EDGE = r"[\s,.!?:;–—-]"
_OPENINGS = re.compile(rf"^{_EDGE}*(?:{GREETING}|{THANKS})(?=[\s,.!?:;–—]|$){_EDGE}*", re.IGNORECASE)
_SOCIAL = re.compile(rf"(?:{GREETING}|{THANKS}|{CLOSING})", re.IGNORECASE)
_ASKING_HELP = re.compile(
    r"^(?:(?:could|can|would|will) (?:you|someone|anyone|somebody) (?:please )?help(?: me| us)?(?: out)?(?: here"
    r"| please)?"
    r"(?: with (?:this|that|something|an issue|a problem|a question))?|(?:i|we) (?:have|had|'ve got|got) (?:a|one"
    r"|another)(?: quick| small| short| simple| further)? (?:question|issue|problem)(?: for you)?"
    r"|(?:a |one |just a |just one )?quick (?:question|one)|question|please help|any ideas?|please advise|any "
    r"help (?:would be |is )?"
    r"(?:much |greatly )?appreciated|können sie (?:mir|uns) (?:bitte )?helfen|kann mir (?:jemand|wer) helfen"
    r"|ich habe (?:eine|mal eine|noch eine)(?: kurze)? frage|kurze frage|pouvez-vous (?:m'|nous )aider"
    r"|j'ai une (?:petite )?question|(?:me )?pueden? ayudar(?:me)?|tengo una (?:pregunta|duda)|please|bitte|por favor"
    r"|s'il vous plaît|let me know|looking forward to (?:your|hearing)[^.!?\n]{0,40})[\s,.!?:;]*$",
    re.IGNORECASE,
)


def is_social(sentence: str) -> bool:
    """Whether a sentence is nothing but greetings, thanks and closings."""
    rest = sentence.strip(" \t\n,.!?:;–—-'\"()")
    for _ in range(6):
        if not rest:
            return True
        found = _SOCIAL.match(rest)
        if found is None or not found[0].strip() or re.match(r"\w", rest[found.end() :]):
            return False
        rest = rest[found.end() :].strip(" \t\n,.!?:;–—-'\"()&")
        rest = re.sub(r"^(?:and|und|et|y)\b\s*", "", rest, flags=re.IGNORECASE)
    return not rest


def sentences(text: str) -> list[str]:
    """A message cut at line ends and closing punctuation; dots inside words, numbers and addresses do not count."""
    pieces: list[str] = []
    for line in text.split("\n"):
        pieces += re.split(r"(?<=[.!?])\s+", line)
    return [piece.strip() for piece in pieces if piece.strip()]


def without_pleasantries(text: str) -> str:
    """`text` without greetings, thanks and closings around its matter; empty when there is nothing else."""
    kept = []
    for sentence in sentences(text):
        if is_social(sentence) or _ASKING_HELP.match(sentence):
            continue
        for _ in range(3):
            found = _OPENINGS.match(sentence)
            if found is None or not found[0].strip() or found.end() == len(sentence):
                break
            sentence = sentence[found.end() :]
        if not _ASKING_HELP.match(sentence):
            kept.append(sentence)
    return "\n".join(kept) if "\n" in text else " ".join(kept)

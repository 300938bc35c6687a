"""Words above the level of a claim (methodology D.5). A report states description and change, never more."""

from __future__ import annotations

import re

FORBIDDEN = {
    "nl": (
        r"veroorza\w*", r"leid(t|de|den|en) tot", r"bewezen", r"bewij\w+", r"dankzij", r"effect(en|ief|ieve)?",
        r"impact van", r"resultaat van (het programma|cwb)", r"door (het programma|cwb|de coöperaties)",
        r"banen gecreëerd", r"gecreëerde banen", r"nieuwe banen", r"significan\w+", r"armoede (daalde|is gedaald)",
        r"depressi\w+", r"geen verschil", r"zoals in preston", r"hva-methode", r"totale prognose",
    ),
    "en": (
        r"caus(e|es|ed|al|ally)", r"(leads?|led) to", r"prov(e|es|ed|en)", r"thanks to", r"effect(s|ive|iveness)?",
        r"impact of", r"due to (the programme|cwb)", r"jobs created", r"created jobs", r"new jobs", r"significan\w+",
        r"poverty (fell|dropped)", r"depress\w+", r"no difference", r"no effect", r"as in preston", r"hva'?s method",
        r"total forecast",
    ),
}  # fmt: skip


def above_its_level(words: str, lang: str) -> list[str]:
    """The forbidden words in a text, in the order of the list."""
    return [match[0] for pattern in FORBIDDEN[lang] for match in re.finditer(rf"\b({pattern})\b", words, re.IGNORECASE)]

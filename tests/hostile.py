"""Names that nobody has: what is typed, scanned or sent to break a search, or by mistake."""

from __future__ import annotations

from comity.terms.identity import NAME_CHARS_MAX

HOSTILE = {
    "controls": "Anna\x00\x07 Maria\x1b[2J Eriksson\x9f",
    "reserved": "Anna\x1d Maria\x1e Eriksson\x1f",
    "override": "Anna Maria \u202enossirkE\u202c",
    "isolates": "\u2066Anna\u2069 Maria\u200f \u200eEriksson",
    "joiners": "An\u200dna Ma\u200bria Eriks\u00adson\ufeff",
    "homoglyphs": "Аnnа Mаriа Еrikssоn",
    "emoji": "👮🏽‍♀️ 🕵️",
    "flags": "Anna 🇺🇳 Maria 🇺🇳 Eriksson",
    "marks": "A" + "\u0301" * 300 + "nna Eriksson",
    "surrogate": "Anna \ud800 Eriksson",
    "digits": "1234567890 00",
    "blanks": "\u00a0\u2003\u3000.",
    "one letter": "a",
    "letters": "a b c d e f g h i j k l m n o p q r s t u v w x y z",
    "longest": "Eriksson" * (NAME_CHARS_MAX // 8),
    "many parts": "Anna Eriksson " * (NAME_CHARS_MAX // 14),
    "scripts": "Анна محمد 王伟 ガルシア 김 Ἑλένη אלינור देवी አበበ ไทย",
    "brackets": "<<<<((((((Anna))))))<<<<Eriksson<<<<<<<<<",
    "query": "'; drop table alert; -- {{7*7}} %s ${x}",
}
SAID = {"controls", "override", "isolates", "emoji", "blanks", "letters", "many parts"}
"""Those of which an answer must say that something was not used."""

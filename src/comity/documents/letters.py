"""The tables of ICAO Doc 9303-3 (eighth edition 2021), section 6, as the Doc numbers them.

A  national characters of Latin alphabets; where the Doc allows several forms, all, the first first
B  Cyrillic, with the exceptions that the Doc makes for single languages
C  Arabic script; X begins a letter that Latin does not have, so that the original can be restored
"""

from __future__ import annotations

_LATIN_BASE = {
    "A": "ÀÁÂÃĀĂĄ", "C": "ÇĆĈĊČ", "D": "ÐĎĐ", "E": "ÈÉÊËĒĔĖĘĚ", "G": "ĜĞĠĢ", "H": "ĤĦ",
    "I": "ÌÍÎÏĨĪĬĮİı", "J": "Ĵ", "K": "Ķĸ", "L": "ĹĻĽĿŁ", "N": "ŃŅŇŊ", "O": "ÒÓÔÕŌŎŐ", "R": "ŔŖŘ",
    "S": "ŚŜŞŠȘ", "T": "ŢŤŦȚ", "U": "ÙÚÛŨŪŬŮŰŲ", "W": "Ŵ", "Y": "ÝŶŸ", "Z": "ŹŻŽ",
}  # fmt: skip

LATIN: dict[str, tuple[str, ...]] = {
    **{letter: (base,) for base, letters in _LATIN_BASE.items() for letter in letters},
    "Ä": ("AE", "A"),
    "Å": ("AA", "A"),
    "Æ": ("AE",),
    "Ñ": ("N", "NXX"),
    "Ö": ("OE", "O"),
    "Ø": ("OE",),
    "Ü": ("UE", "UXX", "U"),
    "Þ": ("TH",),
    "Œ": ("OE",),
    "Ĳ": ("IJ",),
    "ẞ": ("SS",),
}
"""Table A. Ș and Ț, which the Doc lists as Ş and Ţ, are taken as those."""

LATIN_RESTORED = {"NXX": "Ñ", "UXX": "Ü"}
"""The only forms of table A from which the letter follows."""

CYRILLIC = {
    "А": "A", "Б": "B", "В": "V", "Г": "G", "Д": "D", "Е": "E", "Ё": "E", "Ж": "ZH", "З": "Z",
    "И": "I", "І": "I", "Й": "I", "К": "K", "Л": "L", "М": "M", "Н": "N", "О": "O", "П": "P",
    "Р": "R", "С": "S", "Т": "T", "У": "U", "Ф": "F", "Х": "KH", "Ц": "TS", "Ч": "CH", "Ш": "SH",
    "Щ": "SHCH", "Ъ": "IE", "Ы": "Y", "Ь": "", "Э": "E", "Ю": "IU", "Я": "IA", "Ѣ": "IE",
    "Ѫ": "U", "Ѵ": "Y", "Ґ": "G", "Ў": "U", "Ђ": "D", "Ѕ": "DZ", "Ј": "J", "Ќ": "K", "Љ": "LJ",
    "Њ": "NJ", "Ћ": "C", "Һ": "C", "Џ": "DZ", "Є": "IE", "Ї": "I", "Ѓ": "G", "Ғ": "G",
}  # fmt: skip
"""Table B. The Doc prints Һ and Ғ where Serbian writes Ћ and Macedonian Ѓ: both are taken so.

Ь has no row in the Doc: it is left out, as states do.
"""

CYRILLIC_EXCEPTIONS: dict[str, dict[str, str]] = {
    "be": {"Г": "H", "Ё": "IO"},
    "bg": {"Щ": "SHT"},
    "mk": {"Х": "H", "Ц": "C", "Ќ": "KJ", "Џ": "DJ", "Ѓ": "GJ", "Ғ": "GJ"},
    "sr": {"Г": "H", "Ж": "Z", "Х": "H", "Ц": "C", "Ч": "C", "Ш": "S"},
    "uk": {"Г": "H", "И": "Y"},
}
"""Language (ISO 639-1) → what the Doc excepts for it. Serbian Г as H stands so in the Doc."""

CYRILLIC_FIRST: dict[str, dict[str, str]] = {
    "uk": {"Є": "YE", "Ї": "YI", "Й": "Y", "Ю": "YU", "Я": "YA"},
}
"""Language → forms of a word's first letter."""

ARABIC = {
    "ء": "XE", "آ": "XAA", "أ": "XAE", "ؤ": "U", "إ": "I", "ئ": "XI", "ا": "A", "ب": "B",
    "ة": "XTA", "ت": "T", "ث": "XTH", "ج": "J", "ح": "XH", "خ": "XKH", "د": "D", "ذ": "XDH",
    "ر": "R", "ز": "Z", "س": "S", "ش": "XSH", "ص": "XSS", "ض": "XDZ", "ط": "XTT", "ظ": "XZZ",
    "ع": "E", "غ": "G", "ف": "F", "ق": "Q", "ك": "K", "ل": "L", "م": "M", "ن": "N", "ه": "H",
    "و": "W", "ى": "XAY", "ي": "Y", "ٱ": "XXA", "ٹ": "XXT", "ټ": "XRT", "پ": "P", "ځ": "XKE",
    "څ": "XXH", "چ": "XC", "ڈ": "XXD", "ډ": "XDR", "ڑ": "XXR", "ړ": "XRR", "ږ": "XRX",
    "ژ": "XJ", "ښ": "XXS", "ک": "XKK", "ګ": "XXK", "ڭ": "XNG", "گ": "XGG", "ں": "XNN",
    "ڼ": "XXN", "ھ": "XDO", "ۀ": "XYH", "ہ": "XXG", "ۂ": "XGE", "ۃ": "XTG", "ی": "XYA",
    "ۍ": "XXY", "ې": "Y", "ے": "XYB", "ۓ": "XBE",
}  # fmt: skip
"""Table C."""

ARABIC_UNCODED = "ـًٌٍَُِْٰڜڢڧڨ"
"""Table C, not encoded: tatweel, vowel signs, and four letters of the Maghreb."""

SHADDA = "ّ"
"""Table C: doubles the letter before it."""

TEH_MARBUTA_LAST = "XAH"
"""Table C: the form of ة at the end of a name component."""

ARABIC_RESTORED = {
    **{form: letter for letter, form in ARABIC.items() if letter != "ې"},
    TEH_MARBUTA_LAST: "ة",
}
"""Form → letter. Y is ي, since ې has the same form."""

"""Letters of other scripts in Latin ones, where sound matters more than the letter's shape.

Facts keyed by hand from the scripts themselves; everything else is left to anyascii (measured
against ICU in docs/decisions/0002). Not vocalised: Arabic and Hebrew leave out short vowels.
"""

from __future__ import annotations

ARABIC = {
    "ا": "a", "أ": "a", "إ": "i", "آ": "a", "ٱ": "a", "ء": "", "ؤ": "o", "ئ": "i", "ى": "a",
    "ة": "a", "ب": "b", "پ": "p", "ت": "t", "ٹ": "t", "ث": "th", "ج": "j", "چ": "ch", "ح": "h",
    "خ": "kh", "د": "d", "ڈ": "d", "ذ": "d", "ر": "r", "ڑ": "r", "ز": "z", "ژ": "zh", "س": "s",
    "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "a", "غ": "gh", "ف": "f", "ڤ": "v",
    "ق": "q", "ك": "k", "ک": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n", "ں": "n", "ه": "h",
    "ہ": "h", "ھ": "h", "ە": "e", "و": "u", "ۋ": "v", "ۆ": "o", "ۇ": "u", "ي": "i", "ی": "i",
    "ے": "e", "ێ": "e", "ې": "e", "ڕ": "r", "ڵ": "l", "ټ": "t", "ډ": "d", "ړ": "r", "ږ": "zh",
    "ښ": "sh", "ڼ": "n", "ځ": "z", "څ": "ts",
}  # fmt: skip
ARABIC_FIRST = {"و": "w", "ي": "y", "ی": "y"}

HEBREW = {
    "א": "a", "ב": "b", "ג": "g", "ד": "d", "ה": "h", "ו": "o", "ז": "z", "ח": "h", "ט": "t",
    "י": "i", "כ": "k", "ך": "k", "ל": "l", "מ": "m", "ם": "m", "נ": "n", "ן": "n", "ס": "s",
    "ע": "a", "פ": "p", "ף": "f", "צ": "ts", "ץ": "ts", "ק": "k", "ר": "r", "ש": "sh", "ת": "t",
}  # fmt: skip
HEBREW_GERESH = (
    ("ג'", "j"), ("ג׳", "j"), ("צ'", "ch"), ("צ׳", "ch"), ("ץ'", "ch"), ("ץ׳", "ch"),
    ("ז'", "zh"), ("ז׳", "zh"), ("ת'", "th"), ("ת׳", "th"),
)  # fmt: skip
"""A geresh makes another sound of a letter."""
HEBREW_FIRST = {"ו": "v", "י": "y"}

GREEK_GROUPS = (
    ("ου", "ou"), ("αυ", "av"), ("ευ", "ev"), ("αι", "e"), ("ει", "i"), ("οι", "i"), ("γγ", "ng"),
    ("γχ", "nch"), ("γξ", "nx"), ("τζ", "j"), ("τσ", "ts"), ("γκ", "g"), ("μπ", "b"), ("ντ", "d"),
    ("χ", "ch"), ("υ", "y"), ("η", "i"), ("β", "v"), ("φ", "f"),
)  # fmt: skip
GREEK_INNER = (("μπ", "mp"), ("ντ", "nt"), ("γκ", "gk"))

HANGUL_FIRST = (
    "g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t",
    "p", "h",
)  # fmt: skip
HANGUL_MIDDLE = (
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we",
    "wi", "yu", "eu", "ui", "i",
)  # fmt: skip
HANGUL_LAST = (
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p",
    "t", "t", "ng", "t", "t", "k", "t", "p", "t",
)  # fmt: skip
KOREAN_SURNAMES = {
    "김": "kim", "이": "lee", "박": "park", "최": "choi", "정": "jung", "강": "kang", "조": "cho",
    "윤": "yoon", "장": "jang", "임": "lim", "한": "han", "오": "oh", "서": "seo", "신": "shin",
    "권": "kwon", "황": "hwang", "안": "ahn", "송": "song", "류": "ryu", "유": "yoo", "전": "jeon",
    "홍": "hong", "고": "ko", "문": "moon", "양": "yang", "손": "son", "배": "bae", "백": "baek",
    "허": "heo", "남": "nam", "심": "shim", "노": "roh", "하": "ha", "곽": "kwak", "성": "sung",
    "차": "cha", "주": "joo", "우": "woo", "구": "koo", "리": "ri", "나": "na", "민": "min",
    "진": "jin", "지": "ji", "엄": "um", "채": "chae", "원": "won", "천": "chun", "방": "bang",
    "공": "kong", "현": "hyun", "함": "ham", "변": "byun", "염": "yum", "여": "yeo", "추": "choo",
    "도": "do", "소": "so", "석": "seok", "선": "sun", "설": "seol", "마": "ma", "길": "gil",
    "연": "yeon", "위": "wi", "표": "pyo", "명": "myung", "기": "ki", "반": "ban", "왕": "wang",
    "금": "keum", "옥": "ok", "육": "yook", "인": "in", "맹": "maeng", "제": "je", "모": "mo",
}  # fmt: skip

CHINESE_DOUBLE_SURNAMES = {
    "欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "东方", "東方", "皇甫", "尉迟", "尉遲",
    "公孙", "公孫", "慕容", "令狐", "司徒", "夏侯", "宇文", "长孙", "長孫", "端木", "独孤", "獨孤",
}  # fmt: skip

CYRILLIC_LOOKALIKES = str.maketrans("аеорсухіјѕԁһԛԝАВЕКМНОРСТХІЈЅ", "aeopcyxijsdhqwABEKMHOPCTXIJS")
"""Cyrillic letters drawn like Latin ones, for words that mix both (a disguise or a slip)."""
GREEK_LOOKALIKES = str.maketrans("οΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oABEZHIKMNOPTYX")

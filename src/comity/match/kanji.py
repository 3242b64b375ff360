"""Japanese names in Han characters, in Latin letters: family name, then given name.

A character has several readings, and which one holds in a name only its bearer knows; here stands
the commonest in names. Chinese names share the characters: a name is read as Japanese where it has
four characters or more, or begins with a family name listed whole. Facts keyed by hand.
"""

from __future__ import annotations

from functools import lru_cache

_FAMILY = """
佐藤 sato 鈴木 suzuki 高橋 takahashi 田中 tanaka 伊藤 ito 渡辺 watanabe 渡邊 watanabe 山本 yamamoto
中村 nakamura 小林 kobayashi 加藤 kato 吉田 yoshida 山田 yamada 佐々木 sasaki 山口 yamaguchi
松本 matsumoto 井上 inoue 木村 kimura 斎藤 saito 斉藤 saito 清水 shimizu 山崎 yamazaki 阿部 abe
安倍 abe 池田 ikeda 橋本 hashimoto 山下 yamashita 石川 ishikawa 中島 nakajima 前田 maeda 藤田 fujita
小川 ogawa 後藤 goto 岡田 okada 長谷川 hasegawa 村上 murakami 近藤 kondo 石井 ishii 坂本 sakamoto
遠藤 endo 青木 aoki 藤井 fujii 西村 nishimura 福田 fukuda 太田 ota 三浦 miura 藤原 fujiwara
岡本 okamoto 松田 matsuda 中川 nakagawa 中野 nakano 原田 harada 小野 ono 田村 tamura 竹内 takeuchi
金子 kaneko 和田 wada 中山 nakayama 石田 ishida 上田 ueda 森田 morita 柴田 shibata 酒井 sakai
工藤 kudo 宮崎 miyazaki 宮本 miyamoto 内田 uchida 高木 takagi 安藤 ando 谷口 taniguchi 大野 ono
丸山 maruyama 今井 imai 高田 takada 藤本 fujimoto 武田 takeda 村田 murata 上野 ueno 杉山 sugiyama
増田 masuda 平野 hirano 大塚 otsuka 千葉 chiba 久保 kubo 松井 matsui 小島 kojima 岩崎 iwasaki
桜井 sakurai 野口 noguchi 松尾 matsuo 野村 nomura 木下 kinoshita 菊地 kikuchi 佐野 sano 大西 onishi
杉本 sugimoto 新井 arai 古川 furukawa 市川 ichikawa 小松 komatsu 島田 shimada 水野 mizuno
野田 noda 麻生 aso 岸田 kishida 小泉 koizumi 鳩山 hatoyama 河野 kono 石破 ishiba 小沢 ozawa
小池 koike 石原 ishihara 中曽根 nakasone 宮澤 miyazawa 宮沢 miyazawa 村山 murayama 田辺 tanabe
川崎 kawasaki 川口 kawaguchi 服部 hattori 本田 honda 岩田 iwata 土屋 tsuchiya 神田 kanda
"""
_FIRST = """
一 ichi 三 mi 上 ue 下 shimo 中 naka 丸 maru 久 hisa 井 i 今 ima 伊 i 佐 sa 内 uchi 前 mae 加 ka
北 kita 千 chi 南 minami 原 hara 古 furu 吉 yoshi 和 wa 堀 hori 塚 tsuka 大 o 天 ama 太 o 奥 oku
宇 u 安 yasu 宮 miya 富 tomi 小 o 尾 o 山 yama 岡 oka 岩 iwa 島 shima 川 kawa 市 ichi 平 hira
広 hiro 志 shi 戸 to 新 ara 日 hi 星 hoshi 本 moto 村 mura 東 higashi 松 matsu 林 hayashi 柳 yanagi
桜 sakura 梅 ume 森 mori 植 ue 横 yoko 橋 hashi 武 take 水 mizu 永 naga 池 ike 河 kawa 浅 asa
浜 hama 深 fuka 清 kiyo 渡 wata 熊 kuma 片 kata 牧 maki 玉 tama 田 ta 白 shira 石 ishi 福 fuku
秋 aki 竹 take 笠 kasa 細 hoso 荒 ara 菊 kiku 菅 suga 藤 fuji 西 nishi 谷 tani 赤 aka 足 ashi
辻 tsuji 遠 en 野 no 金 kane 長 naga 関 seki 青 ao 須 su 飯 ii 馬 ba 高 taka 黒 kuro
"""
_SECOND = """
上 gami 下 shita 中 naka 井 i 代 shiro 保 ho 倉 kura 内 uchi 原 hara 口 guchi 坂 saka 城 shiro
塚 zuka 子 ko 宮 miya 尾 o 屋 ya 山 yama 岡 oka 岸 gishi 岩 iwa 島 shima 崎 zaki 川 kawa 平 hira
戸 do 木 ki 本 moto 村 mura 松 matsu 林 bayashi 森 mori 橋 hashi 水 mizu 永 naga 沢 zawa 澤 zawa
河 kawa 池 ike 津 tsu 浦 ura 瀬 se 生 o 田 da 畑 hata 石 ishi 見 mi 谷 tani 辺 be 部 be 野 no
関 zeki 藤 to
"""
_GIVEN = """
一 kazu 三 zo 二 ji 人 to 介 suke 伸 nobu 信 nobu 健 ken 優 yu 光 mitsu 克 katsu 公 kimi 利 toshi
剛 go 功 ko 助 suke 勇 yu 勝 katsu 博 hiro 史 fumi 司 ji 吉 kichi 和 kazu 哲 tetsu
善 yoshi 喜 ki 圭 kei 大 dai 太 ta 夫 o 央 o 奈 na 好 yoshi 孝 taka 子 ko 宏 hiro 実 mi
富 tomi 寛 hiro 将 masa 尚 nao 希 ki 平 hei 幸 yuki 広 hiro 康 yasu 弘 hiro 彦 hiko 徳 nori
志 shi 忠 tada 恒 tsune 恵 e 悠 yu 慎 shin 成 nari 拓 taku 敏 toshi 敬 kei 文 fumi 新 shin
昌 masa 明 aki 昭 aki 春 haru 晃 aki 晋 shin 智 tomo 正 masa 武 take 毅 ki 治 ji 洋 hiro
浩 hiro 淳 jun 清 kiyo 渡 to 真 ma 眞 ma 直 nao 知 tomo 秀 hide 秋 aki 純 jun 紀 ki 綾 aya
美 mi 翔 sho 良 yoshi 茂 shige 英 hide 行 yuki 裕 hiro 誠 sei 豊 toyo 貴 taka 身 mi
輝 teru 達 tatsu 郎 ro 重 shige 隆 taka 雄 o 雅 masa 章 aki 順 jun 香 ka 龍 ryu 竜 ryu 生 o
由 yu 百 yu 合 ri 市 ichi 佳 yoshi 義 yoshi 偉 hide 也 ya 之 yuki 政 masa 俊 shun 修 shu
"""
_WHOLE = """
太郎 taro 一郎 ichiro 二郎 jiro 次郎 jiro 三郎 saburo 純一郎 junichiro 真一 shinichi 健一 kenichi
一夫 kazuo 喜一 kiichi 清 kiyoshi 博 hiroshi 弘 hiroshi 浩 hiroshi 明 akira 隆 takashi 孝 takashi
学 manabu 進 susumu 実 minoru 武 takeshi 正 tadashi 聡 satoshi 健 ken 誠 makoto 勉 tsutomu
茂 shigeru 修 osamu 豊 yutaka 剛 tsuyoshi 功 isao 勇 isamu 毅 takeshi 渡 wataru 晃 akira
真紀子 makiko 眞紀子 makiko 裕子 yuko 優子 yuko 恵子 keiko 洋子 yoko
京子 kyoko 明美 akemi 由美子 yumiko 美智子 michiko 直人 naoto 康弘 yasuhiro 龍太郎 ryutaro
"""


def _pairs(rows: str) -> dict[str, str]:
    words = rows.split()
    return dict(zip(words[::2], words[1::2], strict=True))


FAMILY, FIRST, SECOND, GIVEN, WHOLE = map(_pairs, (_FAMILY, _FIRST, _SECOND, _GIVEN, _WHOLE))


@lru_cache(maxsize=4096)
def japanese(name: str) -> tuple[str, str]:
    """Give family and given name in Latin letters; two empty ones where it reads as no Japanese."""
    for size in (3, 2):
        family, given = FAMILY.get(name[:size], ""), _given(name[size:])
        if family and (given or len(name) > 3):
            return family, given or _known(name[size:])
    if 4 <= len(name) <= 5 and name[0] in FIRST and name[1] in SECOND:
        return FIRST[name[0]] + SECOND[name[1]], _given(name[2:]) or _known(name[2:])
    return "", ""


def _known(name: str) -> str:
    """Read the characters of a given name that are in the table."""
    return "".join(GIVEN.get(c, "") for c in name)


def _given(name: str) -> str:
    """Read a given name: as listed, or a number and son (ichiro) after other characters."""
    if name in WHOLE:
        return WHOLE[name]
    for son in ("太郎", "一郎", "二郎", "次郎", "三郎"):
        if name.endswith(son) and name[:-2] in GIVEN:
            return GIVEN[name[:-2]] + WHOLE[son]
    if len(name) > 1 and name[-1] == "一" and all(c in GIVEN for c in name[:-1]):
        return "".join(GIVEN[c] for c in name[:-1]) + "ichi"
    return "".join(GIVEN[c] for c in name) if name and all(c in GIVEN for c in name) else ""

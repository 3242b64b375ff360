"""Han characters as they write foreign names: what each stands for in Latin letters.

Aligned from the pairs of the NETransliteration corpus (COLING 2018, CC0): for each character the
letters it renders most often, traditional and simplified alike. A Chinese name (no separator
between parts, at most four characters) is read in pinyin instead (see names.py).
"""

from __future__ import annotations

_GROUPS = """
- 皇王天小世一后教主昔三的慈鄭宮吳; a 阿亞艾亚婭牙; ach 區; aire 家; akami 上; an 安朗然; ar 華;
b 布卜勃毕; ba 巴芭八; bai 拜; bal 拔; ban 班; bau 鮑鲍包; be 貝贝别碧別倍; bee 畢; ben 本;
ber 伯柏; beth 白; bi 比必; bin 賓宾; bo 博玻; bon 邦; bu 不; bun 汶; burg 堡; c 奇; cam 坎;
cau 考; ce 采; ch 治歇徹屈川聖; cha 查恰察; chaek 彩; chai 猜; cham 张; chan 錢昌陈; chang 張;
che 切先; chel 秋; chen 琴; cheng 承; cher 車; cheri 雀; chhin 秦; chi 柴赤; cho 乔; chon 雄;
chong 崇; chu 楚出; chy 彻; ci 契; cin 欽; ciu 丘; co 各; con 康孔; d 德; da 達达大陀妲答; dan 丹;
de 戴黛代; den 登; di 迪狄季第帝地; die 迭; dig 陳; din 丁定; do 多道度朵當藤; don 唐敦;
du 杜都久; dun 鄧; dy 底; e 埃厄兒愛以葉叶儿于额額正; ehr 爱; en 連; er 得耳渥; f 弗; fa 法斐發芳;
fe 費费; fei 妃; fi 菲非; fin 芬; fo 福佛; fon 方丰; fu 富傅; g 格葛公; ga 加蓋盖嘉伽佳其嘎;
gan 甘冈; ge 熱潔革; gen 根干; gene 仁; ggy 姬; gi 吉; gian 詹; go 戈高哥果; gon 岡贡貢; got 歌谷;
gu 古居; gua 瓜; gui 圭桂; gun 君; h 合; ha 哈罕; han 漢汉翰汗; hau 豪; he 赫海荷诃; hee 何;
hen 亨韓; heong 清; her 靴; hf 花; hi 希黑; hita 之; ho 霍賀; hone 宏; hou 紹; hu 胡侯休许;
hula 浩; hun 洪; hye 慧; i 伊依易烈信; ian 相; im 欣; in 因英钦院堅茵; io 介; it 仙; ius 修;
ja 傑賈贾積; jan 江; je 杰; jen 珍占; ji 濟; jo 喬約约若; john 強; jon 琼; jorj 裘; jou 茹;
joun 章; ju 朱茱; jun 瓊; k 克珂; ka 卡凱迦; ke 凯; ken 肯; ki 基琪; kin 金; ko 科柯可寇孝典;
ku 庫库空; kun 昆; kwa 夸; l 爾; la 剌蓝; lag 藍; lan 蘭; lau 勞劳; le 勒萊莱列樂历來梨; les 歷;
ley 黎; lhelm 廉; li 利莉李力廖; lin 林; line 琳; ling 靈; liu 柳; llo 略; lo 洛蘿乐; lon 隆;
lu 路卢盧吕劉; ly 呂; lyn 蓮; lyo 流; lyu 留; m 姆麦木無; ma 馬马麥瑪玛毛; mae 買; mai 迈; man 曼;
me 梅美买墨; mei 邁; men 門门孟缅; mer 默; mi 米密蜜咪弥彌; miku 優; min 明敏; mo 莫摩; mon 蒙;
mor 末; mu 穆妙; mur 村; n 恩; na 納娜纳拿那; naka 中; nan 南難; nau 瑙; ne 內内奈涅乃聶; nech 耐;
nen 寧宁; new 紐纽; ng 靖; ni 尼妮; no 諾诺; non 农農儂; nu 努奴; o 奧奥歐欧汪; on 昂翁遜; one 東;
ong 宗; ots 姿; p 普彼徐; pa 帕派; pan 潘; pau 保寶; pe 佩培; pen 彭; per 珀; pi 皮匹; pin 平;
po 波浦; pon 龐; pong 朋; poon 庞; qi 琦; qo 朝; qua 誇; que 奎; r 尔日郎; ra 拉热二; ran 兰;
re 雷蕾赖蕊; rei 賴; ren 倫伦连; ri 里瑞麗丽理芮裡立; rian 良; ring 玲; ro 羅罗禾; ron 龍;
ru 魯鲁露如律; run 龙; s 斯史絲思士丝司; sa 薩萨賽撒娑; sai 樹; san 桑山圣; say 赛; sch 施;
schu 舒; se 塞瑟; seau 梭; sh 什許殊; sha 沙莎夏; shan 珊香杉尚善; she 謝谢舍雪; shen 申;
shi 錫艺石; sho 肖绍秀; si 西席師; sie 茜; sin 辛; sink 新; so 索; som 宋; son 森臣生颂勝; sos 千;
srae 色; sson 松; su 蘇苏素; such 月; t 特; ta 塔太; tai 台; tan 坦譚; tau 陶; te 泰捷铁帖;
temps 当; ten 滕騰腾; tey 堤; tha 他; the 哲; ti 蒂提京緹; tin 汀廷田庭; to 托湯东汤脫; ton 頓顿;
tone 通; tre 崔; tri 翠; ts 支; tso 措; tu 图圖土; tz 茨; u 乌烏; ub 闊; uo 應; urbon 旁;
v 夫芙甫貴; va 瓦娃; van 凡雲范; ven 文; ver 伐; vi 維维薇; vic 域; vit 衛; vo 和; von 馮;
vong 冯; vu 武; wan 萬万旺尹; we 韋韦怀; wee 志; wei 魏; whi 惠懷; wi 威; wil 偉; win 溫温; wo 沃;
woo 伍; wu 吾吴; xe 薛; xuan 宣; ya 雅娅; yan 揚扬彦音彥; yang 杨; ye 耶也藝; yen 延; yi 奕;
yin 允; yo 義; yong 永; young 楊; yu 尤; yw 华; z 茲兹次; za 扎札; zan 贊赞; ze 澤泽策芝; zen 岑;
zhen 真; zhi 智; zi 齊齐子济; zin 津; zo 佐卓; zu 祖; zun 曾
"""

SOUNDS = {
    character: "" if sound == "-" else sound
    for sound, characters in (group.split() for group in _GROUPS.split(";"))
    for character in characters
}
"""Letters for a character."""

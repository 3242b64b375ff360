"""Name parts of twelve cultures, keyed by hand, for invented people (see synthetic.py)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Culture:
    """Where names come from: share of the list, heads, endings of the tail, its own letters."""

    name: str
    share: float
    given: tuple[str, ...]
    family: tuple[str, ...]
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    state: tuple[str, ...]
    tail: float = 0.35


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CULTURES = (
    Culture(
        "Arabic", 0.22,
        _split(
            "mohamed ahmed ali hassan hussein ibrahim omar khaled mahmoud youssef abdullah "
            "mustafa hamza karim tarek samir nabil walid rachid said fatima aisha maryam "
            "khadija zainab salma nour amina layla huda rania samira hanan yasmin abdulrahman "
            "abdulaziz bilal faisal ismail jamal majid nasser rashid salah yasin zakaria adel "
            "amir anwar bashir"
        ),
        _split(
            "mohamed ahmed ali hassan hussein ibrahim mahmoud saleh abdullah khalil mansour "
            "haddad nasser hamdan said khoury sharif rahman masri shami najjar bakri tamimi "
            "zaidi hashemi jaber qasim rashid salem sultan taha yousef zayed darwish farouk "
            "ghanem habib issa"
        ),
        _split(
            "ab ad al am an ar as ba bad baq dar dha fad far ghar had ham jab jar kam kha lab "
            "mah man nab nah qad qas rab raf sab shar tal wah yaq zah zub"
        ),
        _split(
            "ali adi ani awi bari dani far fi hani i idi iq jawi kani lani mawi mi nari oui "
            "qi rabi rawi sari shi tani ud wani yani zawi"
        ),
        ("SYR", "IRQ", "MAR", "DZA", "TUN", "EGY", "LBY", "YEM", "SDN", "JOR"),
    ),
    Culture(
        "East Slavic", 0.12,
        _split(
            "aleksandr sergei vladimir andrei aleksei dmitry mikhail ivan nikolai igor yuri "
            "oleg viktor pavel maksim evgeny artem denis roman anton olga elena natalia "
            "tatiana irina anna svetlana maria ekaterina yulia anastasia ludmila galina "
            "nadezhda vera"
        ),
        _split(
            "ivanov smirnov kuznetsov popov vasiliev petrov sokolov mikhailov novikov fedorov "
            "morozov volkov alekseev lebedev semenov egorov pavlov kozlov stepanov nikolaev "
            "orlov andreev makarov nikitin zakharov shevchenko kovalenko bondarenko tkachenko "
            "kravchenko"
        ),
        _split(
            "ba bel bo br cher da dem do dr fro ga gor gra gri ka kar kas kli kol kor kos kra "
            "kud la li lo lu ma mar mel mi mol mu na ni no os pa pet pol pri ro rya sa sav "
            "sha shi sid so sta su sve ta ter ti tka tro ush va ve vi vo ya za zha zhu"
        ),
        _split(
            "banov benko bin chenko chuk dov din enko evich gin govsky iev kin kov kovsky "
            "lenko lev lin menko min mov nin nov novich nsky pov rev rin rov senko shin shkin "
            "sky tin tov tsky vin yev zhin zov"
        ),
        ("RUS", "UKR", "BLR"),
    ),
    Culture(
        "West Slavic", 0.10,
        _split(
            "jan piotr andrzej krzysztof stanislaw tomasz pawel jozef marcin marek michal "
            "grzegorz jerzy tadeusz adam lukasz zbigniew petr jiri pavel martin tomas anna "
            "maria katarzyna malgorzata agnieszka barbara ewa krystyna elzbieta zofia jana "
            "eva hana lenka"
        ),
        _split(
            "nowak kowalski wisniewski wojcik kowalczyk kaminski lewandowski zielinski "
            "szymanski wozniak dabrowski kozlowski jankowski mazur wojciechowski kwiatkowski "
            "novak svoboda novotny dvorak cerny prochazka kucera vesely horak nemec pokorny "
            "marek pospisil"
        ),
        _split(
            "ba bar be bie bo bro chmie cie czar da do dra dud dzie fi ga gol gra hor ja jab "
            "ja kac kal kar ko kra kub kuch la le lis ma mal mich mie mro ol os pa paw pie "
            "pol prz ry rze sa sie sko so sta szcze to tr ur wa wi wie wit woj za zie"
        ),
        _split(
            "bek bowski czak czyk dek dowski ek ewicz ewski ik ka kiewicz kowski licki linski "
            "mski nek nicki niewski nowski owicz owski rek rowski sek sinski szewski tkowski "
            "wicz wski zek"
        ),
        ("POL", "CZE", "SVK"),
    ),
    Culture(
        "Ibero-Latin", 0.10,
        _split(
            "jose juan luis carlos jesus antonio miguel francisco manuel pedro jorge "
            "alejandro fernando rafael roberto ricardo eduardo daniel javier sergio maria ana "
            "carmen rosa guadalupe juana margarita patricia elena laura sandra gabriela paula "
            "camila joao paulo"
        ),
        _split(
            "garcia rodriguez martinez hernandez lopez gonzalez perez sanchez ramirez torres "
            "flores rivera gomez diaz cruz morales reyes gutierrez ortiz silva santos "
            "oliveira souza pereira costa ferreira alves lima gomes ribeiro vargas castillo "
            "jimenez rojas mendoza"
        ),
        _split(
            "a al an ar ba bar be bel ber bo bra ca cal cam car cas ce co cor cue da del do "
            "du es fa fer fon ga gar go gra gue her hi i ja la le lo lu ma mal man mar me mi "
            "mo mon mu na no o or pa pal par pe pi po qui ra re ri ro ru sa sal san se so ta "
            "to u va ve vi vil za zu"
        ),
        _split(
            "ada ado aga al alba ales aldo ano ante ar ares ario arte as ata ca cio dera dez "
            "do dor egas ela era eira eiro ero es eta eza guez ido illa illo in iz la lar lez "
            "llo lva mez mora nado nes nez ola on or osa oso quez ral reda res rez rra ta to "
            "tos ugo vedo vez zar"
        ),
        ("COL", "VEN", "MEX", "BRA", "PER", "ECU", "ARG", "CUB"),
    ),
    Culture(
        "Turkic", 0.08,
        _split(
            "mehmet mustafa ahmet ali huseyin hasan ibrahim ismail osman yusuf murat omer "
            "ramazan halil suleyman fatma ayse emine hatice zeynep elif meryem sultan emre "
            "burak can kemal bekir cemal orhan nursultan aibek timur rustam"
        ),
        _split(
            "yilmaz kaya demir celik sahin yildiz yildirim ozturk aydin ozdemir arslan dogan "
            "kilic aslan cetin kara koc kurt ozkan simsek polat korkmaz erdogan gunes aksoy "
            "nazarbaev karimov rahimov ismailov aliev mamedov guliyev"
        ),
        _split(
            "ak al alp ar as at ay ba bal bay bek ber bil bo boz bu cal cam can ce ci co da "
            "de del di do du ek er es ge go gul gun gur ha hay il in ka kar ke ki ko ku ma me "
            "mu nur o oz pa pek sa sal sar se so su ta tas tek to tu tur u ul uz ya yal yu ze"
        ),
        _split(
            "aslan bas bay ben bey ci cioglu cu dag dal demir ek er eren gel gil gul kan kaya "
            "ken ku lar li lioglu lu man mis oglu ov oz pinar soy tas tekin tepe turk yar yaz "
            "yurek"
        ),
        ("TUR", "KAZ", "UZB", "KGZ", "TKM"),
    ),
    Culture(
        "Western", 0.08,
        _split(
            "james john robert michael william david richard joseph thomas charles daniel "
            "matthew mary patricia jennifer linda elizabeth susan jessica sarah jean pierre "
            "michel hans peter klaus jurgen giovanni marco paolo luca anna laura sophie marie"
        ),
        _split(
            "smith johnson williams brown jones miller davis wilson anderson taylor thomas "
            "moore martin jackson thompson white harris clark lewis robinson muller schmidt "
            "schneider fischer weber meyer dubois durand leroy moreau rossi russo ferrari "
            "esposito bianchi"
        ),
        _split(
            "a al an ar ash bal bar ben ber bir black bla bo brad bran bre bri bro bur cal "
            "car cha cla col cor cra dal dav de don du ed el er fair fer fin for gar ger gil "
            "gra gre ha ham har hol hu ja ke kin la lan lin lo mac mal mar mc mel mor new nor "
            "o pal par pe pri ra ray red ri ro ru sal san sch sha sil so sta ste stra sum tay "
            "tho tra tur van wal war web wes win"
        ),
        _split(
            "an ard barger bauer berg bert bridge brook by cott den der dorf dorn ell elli er "
            "ert ey feld field ford gan ger good hart hill house ier ing kamp ker kins ler "
            "ley lin lock man mann mer mond more mour ner net nier ning old on rel rich ridge "
            "rier ring ris rod row ry sen ser sey shaw son stein ster ston tault ter ti ton "
            "vell ville vin ward way well wood"
        ),
        ("USA", "GBR", "CAN", "AUS", "FRA", "ITA", "D"),
    ),
    Culture(
        "South Asian", 0.07,
        _split(
            "muhammad rahul amit sanjay rajesh sunil vijay anil ravi suresh ramesh imran asif "
            "bilal usman tariq abdul kamal rahim priya anita sunita kavita neha pooja fatima "
            "ayesha sadia nasreen shahid naveed arjun deepak manoj"
        ),
        _split(
            "khan kumar singh sharma patel gupta shah das ahmed hussain malik ali iqbal "
            "chowdhury rahman islam hossain begum bibi verma yadav reddy nair rao iyer mishra "
            "pandey joshi mehta desai akhtar mahmood butt sheikh perera fernando silva"
        ),
        _split(
            "a am an ba ban bha bhat cha chan da dev dha ga gan go gu ha har ja jay ka kal "
            "kan kha kri ku la lak ma mad mal man me mo mu na nand ni pa pra pu ra raj ram ri "
            "ro sa sah san se sha shri si so su ta tha tri u va ved vi vish ya"
        ),
        _split(
            "an ani ar aria at bhai charya chand dani das deep dhar di esh garh gowda han hi "
            "ia iah jee jit kar karan khel lal lani li mal man mi murthy nath ni pal poor "
            "rajan ram ran rani resh sekhar shi swamy tha tta vala van vari vas yam yan"
        ),
        ("IND", "PAK", "BGD", "LKA", "NPL", "AFG"),
    ),
    Culture(
        "Balkan", 0.06,
        _split(
            "dragan milan zoran goran nikola marko stefan aleksandar ivan petar jovan branko "
            "arben agron besnik ilir georgi dimitar ion andrei mihai gheorghe maria ana "
            "jelena milica ivana marija elena ioana"
        ),
        _split(
            "jovanovic petrovic nikolic markovic djordjevic stojanovic ilic stankovic "
            "pavlovic milosevic hoxha shehu krasniqi gashi berisha popescu ionescu popa radu "
            "dumitru stan ivanov georgiev dimitrov petrov horvat kovacevic babic maric novak"
        ),
        _split(
            "a ba be bo bra bu ce co da de di do dra du ga go gra gu ha i ja je jo ka ko kra "
            "ku la le lu ma me mi mla mo mu na ne ni no o pa pe po pra ra ri ro ru sa se sla "
            "so sta ste stro su ta te to tri tu va ve vi vla vo vu za ze zi zu"
        ),
        _split(
            "anovic ari aru asevic ati aj bec cevic cic cu davic dzic eanu escu etic evic "
            "evski gic haj iev ijevic ilov inic iu janovic jevic kovic kovski ku lic liu "
            "lovic milovic nescu nic oiu ov ovic ovski rescu rovic ski sovic tescu tic tovic "
            "ulovic vic xhaj zic"
        ),
        ("SRB", "ALB", "RKS", "MKD", "BIH", "MDA", "MNE"),
    ),
    Culture(
        "Persian", 0.05,
        _split(
            "mohammad ali reza hossein mehdi hassan amir ahmad saeed abbas hamid majid javad "
            "karim farhad behrouz dariush zahra fatemeh maryam leila sara narges shirin "
            "parisa farid najib jawad zabihullah abdul ghulam"
        ),
        _split(
            "mohammadi hosseini ahmadi karimi rezaei moradi jafari rahimi hashemi ebrahimi "
            "mousavi sadeghi ghorbani akbari kazemi rostami zadeh tehrani shirazi nazari "
            "haidari noori amiri sharifi azizi popal stanekzai wardak zadran"
        ),
        _split(
            "a ab af ak ar as az ba bah bar beh da dar del es far fir ga gol ha ho i ja ka "
            "kar kh kia ma mah man mir mo na nav ni no pa par po ra raf ro sa sal shah she so "
            "ta tah to va ya za"
        ),
        _split(
            "abadi ani ari bakhsh dad dari dian far fard gani gar ghi hani i ian jani kar "
            "khah khani loo manesh mand mehr nejad nia pour rad sai shad tabar tash vand yar "
            "zadeh zai"
        ),
        ("IRN", "AFG", "TJK"),
    ),
    Culture(
        "African", 0.05,
        _split(
            "mamadou ousmane ibrahima moussa amadou abdoulaye samuel emmanuel daniel joseph "
            "john peter kwame kofi chinedu emeka oluwaseun tunde fatou aminata mariam grace "
            "mercy blessing ngozi amara abdi mohamed halima tesfaye haile"
        ),
        _split(
            "diallo traore diop keita toure coulibaly camara ba sow konate okafor okeke eze "
            "adeyemi balogun mensah owusu boateng asante mwangi otieno kamau abebe tadesse "
            "bekele hassan abdi farah warsame nkosi dlamini"
        ),
        _split(
            "a ab ade ag ak am an ba ben bo da di do e eke em fa fo ga go i ib ifa ike jo ka "
            "ke ki ko kwa la lu ma mba me mo mu na nda nga ni no nya o oba ode ogu oko olu om "
            "ona oye pa ra sa se si so ta te to u wa ya ye yo za"
        ),
        _split(
            "aba ade ago ale ama ana anya ari aye bane bele boa dara deji do eme fe gbe ike "
            "iwa jana kali ke kwu la lamba lo mba mbe mi na nda ndu ngo ni nwa o oba ola one "
            "pe ra ro sa se shi so ta te thi to tu u wa we ya yo za zi"
        ),
        ("NGA", "GHA", "SEN", "MLI", "SOM", "ETH", "ERI", "GIN"),
    ),
    Culture(
        "East Asian", 0.04,
        _split(
            "wei fang xiuying na min jing li qiang lei jun yang yong yan jie juan tao ming "
            "chao xiulan xia ping gang jian minho jisoo jiwoo seojun minh anh thi hoang lan "
            "thanh"
        ),
        _split(
            "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao "
            "luo kim lee park choi jung nguyen tran le pham hoang vu dang bui do"
        ),
        _split(
            "bai bao bin bo cai chang chao chun da de dong en fa feng fu gang guang gui hai "
            "han hao he hong hua hui ji jia jian jin jing jun kai kang lan li lian lin ling "
            "long mei ming nan ning pei peng qi qing rong rui shan shao shu si song tai tian "
            "ting wei wen xiang xiao xin xing xue ya yan yi ying yu yuan yue yun ze zhen zhi "
            "zhong zi"
        ),
        _split(
            "an bin bo chang cheng dong fang fei feng gang guo hai hao heng hong hua hui jian "
            "jie jing jun kun lan lei li liang lin ling long mei min ming na ning peng ping "
            "qiang qin qing rong rui shan sheng tao ting wei wen xia xiang xin xuan yan yang "
            "yi ying yong yu yuan yun zhe"
        ),
        ("CHN", "KOR", "VNM", "MNG"),
        0.75,
    ),
    Culture(
        "Caucasian", 0.03,
        _split(
            "giorgi davit levan nika zurab irakli nino mariam tamar ana armen hayk tigran "
            "aram gevorg karen anahit ani narine ruslan aslan ramzan murad magomed elvin "
            "rashad"
        ),
        _split(
            "beridze kapanadze gelashvili maisuradze lomidze grigoryan hakobyan sargsyan "
            "harutyunyan petrosyan khachatryan mamedov aliyev huseynov guliyev magomedov "
            "akhmedov kadyrov"
        ),
        _split(
            "a ab ag al am ar as ba bar be bur cha che chi da dav de dzha e ga gab gel gi go "
            "gu ha i ja ka kar ke kha kob ku la lo ma man mar me mi na ni o pa pet pi ra ro "
            "sa sar sha shi ta te ti to tsi u va ve za zu"
        ),
        _split(
            "adze adyan anyan aryan ashvili atyan badze bidze dashvili dze eishvili eli esyan "
            "ia iani iashvili idze ikyan ishvili kyan ladze lidze lyan madze nadze nian nidze "
            "nyan radze ridze rov ryan shvili syan tov tyan uri vadze vyan yan zade"
        ),
        ("GEO", "ARM", "AZE"),
    ),
)  # fmt: skip

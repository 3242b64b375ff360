"""Arabic to Caucasian: six cultures of the east and the south; name parts keyed by hand."""

from __future__ import annotations

from comity.match.culture import Culture, Law, split

EAST = (
    Culture(
        "Arabic", 0.22,
        ("SYR", "IRQ", "MAR", "DZA", "TUN", "EGY", "LBY", "YEM", "SDN", "JOR"),
        Law(0.06, 12_000), Law(0.010, 70_000),
        (
            (0.34, "g f"), (0.26, "g m f"), (0.12, "g m m"), (0.15, "g al f"),
            (0.10, "g m al f"), (0.03, "g bin m al f"),
        ),
        split(
            "mohamed ahmed ali hassan mahmoud hussein ibrahim omar khaled youssef abdullah "
            "mustafa abdelrahman said hamza karim tarek samir nabil walid rachid bilal faisal "
            "ismail jamal majid nasser salah yasin zakaria adel amir anwar bashir hicham fouad "
            "ayman ashraf bassam fadi ghassan haitham iyad jaber kamal louay mansour marwan "
            "mazen munir nidal osama qais ramzi raed saad salim sami sultan taha tamer wael "
            "yahya yasser ziad abdelaziz abdelkader abdulkarim noureddine salaheddine saleh "
            "hatem ammar anis aymen zaid moataz muayad"
        ),
        split(
            "fatima aisha maryam khadija zainab salma nour amina layla huda rania samira hanan "
            "yasmin amal asma dalal dina eman farah ghada hiba iman jamila karima lamia latifa "
            "lina maha mona nadia najwa nawal rana rasha reem sabah safa sahar sana sara shaima "
            "souad wafa widad zahra"
        ),
        split(
            "mohamed ahmed ali hassan hussein ibrahim mahmoud saleh abdullah khalil mansour "
            "haddad nasser hamdan said khoury sharif rahman masri shami najjar bakri tamimi "
            "zaidi hashemi jaber qasim rashid salem sultan taha yousef zayed darwish farouk "
            "ghanem habib issa abbas abdo alami amrani atassi awad aziz badawi barakat benali "
            "berrada bouazizi chaoui daher dabbagh fares fayad ghazali hakim halabi hamad "
            "hariri hilal jabouri janabi jundi kabbani kanaan kassem khatib kurdi maaloul "
            "maghribi mahdi makki malki mousa mubarak nahas naser obeidi omari othman qabbani "
            "qahtani rifai sabbagh saleem samarrai shahin shammari subaie sulaiman tahan tawil "
            "tikriti touati trabelsi ubaidi yassin zahrani ziani zubaidi"
        ),
        split(
            "ab ad al am an ar as ba bad baq dar dha fad far ghar had ham jab jar kam kha lab "
            "mah man nab nah qad qas rab raf sab shar tal wah yaq zah zub bou bel dja gha kho "
            "mou sou tou"
        ),
        split(
            "ali adi ani awi bari dani far fi hani idi iq jawi kani lani mawi mi nari oui qi "
            "rabi rawi sari shi tani ud wani yani zawi ane aoui ini ouch"
        ),
        split("ad ah am ar as eb ed el em er id if il im ine ir oun our ud ya ran wan"),
    ),
    Culture(
        "Turkic", 0.08,
        ("TUR", "KAZ", "UZB", "KGZ", "TKM"),
        Law(0.04, 5_000), Law(0.008, 50_000),
        ((0.86, "g f"), (0.14, "g g f")),
        split(
            "mehmet mustafa ahmet ali huseyin hasan ibrahim ismail osman yusuf murat omer "
            "ramazan halil suleyman emre burak can kemal bekir cemal orhan nursultan aibek "
            "timur rustam abdullah mahmut recep salih fatih kadir hakan adem kenan onur serkan "
            "ugur volkan yasar yilmaz erdal cengiz selim tolga baran azamat bakhtiyar daniyar "
            "erlan farrukh jasur otabek sherzod ulugbek ruslan marat nurlan askar bolat kairat "
            "talgat serik aziz dilshod akmal"
        ),
        split(
            "fatma ayse emine hatice zeynep elif meryem sultan zehra hanife merve havva zeliha "
            "esra hacer ozlem yasemin songul sevim gulsen aysel gulay hulya leyla nurgul aigul "
            "dinara gulnara aliya madina zarina nilufar feruza dilnoza saule ainur asel zhanna "
            "kamola shahnoza"
        ),
        split(
            "yilmaz kaya demir celik sahin yildiz yildirim ozturk aydin ozdemir arslan dogan "
            "kilic aslan cetin kara koc kurt ozkan simsek polat korkmaz erdogan gunes aksoy "
            "nazarbaev karimov rahimov ismailov aliev mamedov guliyev tekin bulut bozkurt can "
            "yavuz acar aktas ozer unal gul turan avci coskun kaplan keskin sari ates tas guler "
            "yalcin erol duman demirci uysal kocak toprak bayram akhmetov omarov abdullaev "
            "yusupov ibragimov suleimenov kasymov iskakov nurmagambetov tursunov ergashev "
            "saidov khamidov mirzaev usmanov toktogulov bekov ashirov annaev orazov durdyev"
        ),
        split(
            "ak al alp ar as at ay ba bal bay bek ber bil bo boz bu cal cam can ce ci co da de "
            "del di do du ek er es ge go gul gun gur ha hay il in ka kar ke kir ki ko ku ma me "
            "mu nur o oz pa pek sa sal sar se so su ta tas tek to tu tur u ul uz ya yal yu ze "
            "zh kenzh shar toy sat"
        ),
        split(
            "aslan bas bay ben bey ci cioglu cu dag dal demir ek er eren gel gil gul kan kaya "
            "ken ku lar li lioglu lu man mis oglu ov oz pinar soy tas tekin tepe turk yar yaz "
            "yurek baev bekov kulov metov ganov zhanov"
        ),
        split(
            "bek bay boy can dar gul han jan kan kul lan mat mir nar nur rat sun tan tay zhan "
            "yar"
        ),
        (("ov", "ova"), ("ev", "eva")),
    ),
    Culture(
        "South Asian", 0.07,
        ("IND", "PAK", "BGD", "LKA", "NPL", "AFG"),
        Law(0.05, 14_000), Law(0.02, 60_000),
        ((0.60, "g f"), (0.28, "g g f"), (0.06, "g g"), (0.04, "g f f"), (0.02, "g")),
        split(
            "muhammad rahul amit sanjay rajesh sunil vijay anil ravi suresh ramesh imran asif "
            "bilal usman tariq abdul kamal rahim shahid naveed arjun deepak manoj ali ahmed "
            "hassan hussain mohan ashok vinod rakesh mukesh dinesh mahesh ganesh prakash "
            "santosh krishna ram shyam gopal anand vikram rohit nitin sandeep manish pankaj "
            "ajay pradeep sachin farooq zahid sajid waqas faisal kashif jamil rafiq shafiq "
            "mizanur saiful nurul harpreet gurpreet jaspreet nuwan chaminda bishnu hari"
        ),
        split(
            "priya anita sunita kavita neha pooja fatima ayesha sadia nasreen lakshmi rekha "
            "geeta sita meena usha asha sushila kamala radha shanti savita rani suman anjali "
            "deepa jyoti shobha nirmala manju saima bushra shazia samina rukhsana rubina nasima "
            "salma rehana shirin dilani kumari simran amandeep"
        ),
        split(
            "khan kumar singh sharma patel gupta shah das ahmed hussain malik ali iqbal "
            "chowdhury rahman islam hossain begum bibi verma yadav reddy nair rao iyer mishra "
            "pandey joshi mehta desai akhtar mahmood butt sheikh perera fernando silva devi "
            "kaur prasad jain agarwal chauhan rajput thakur tiwari dubey tripathi banerjee "
            "mukherjee chatterjee ghosh bose roy dutta sen sarkar mondal biswas saha paul naidu "
            "pillai menon gowda hegde kulkarni patil jadhav pawar shinde more thapa gurung "
            "tamang rai limbu shrestha adhikari qureshi siddiqui ansari mirza baig raja "
            "chaudhry bhatti mughal awan gill sandhu sidhu dhillon uddin miah sikder talukder "
            "bandara dissanayake jayasuriya"
        ),
        split(
            "a am an ba ban bha bhat cha chan da dev dha ga gan go gu ha har ja jay ka kal kan "
            "kha kri ku la lak ma mad mal man me mo mu na nand ni pa pra pu ra raj ram ri ro sa "
            "sah san se sha shri si so su ta tha tri u va ved vi vish ya"
        ),
        split(
            "an ani ar aria at bhai charya chand dani das deep dhar di esh garh gowda han hi ia "
            "iah jee jit kar karan khel lal lani li mal man mi murthy nath ni pal poor rajan "
            "ram ran rani resh sekhar shi swamy tha tta vala van vari vas yam yan"
        ),
        split(
            "deep dhan esh eet ika ina indra ita jit kant kha kumar lal man mala nath nika pal "
            "preet raj ram ran shan ul veer vati"
        ),
    ),
    Culture(
        "Persian", 0.05,
        ("IRN", "AFG", "TJK"),
        Law(0.06, 6_000), Law(0.008, 35_000),
        ((0.58, "g f"), (0.36, "g g f"), (0.04, "g g"), (0.02, "g")),
        split(
            "mohammad ali reza hossein mehdi hassan amir ahmad saeed abbas hamid majid javad "
            "karim farhad behrouz dariush farid najib jawad zabihullah abdul ghulam mahmoud "
            "masoud mostafa ebrahim alireza mohsen morteza rahim rasoul sina arash babak bahram "
            "bijan kamran keyvan kourosh mansour mehran nader omid peyman ramin sohrab vahid "
            "yousef noor habibullah hamidullah rahmatullah sayed mirwais najibullah shafiq "
            "ehsan firuz rustam"
        ),
        split(
            "zahra fatemeh maryam leila sara narges shirin parisa masoumeh zeinab somayeh "
            "tahereh akram azam ashraf sedigheh nasrin shahla mina mahsa nazanin elham samaneh "
            "farzaneh roya soraya forough nahid parvin simin shabnam freshta zarghona malalai "
            "nilofar gulnora"
        ),
        split(
            "mohammadi hosseini ahmadi karimi rezaei moradi jafari rahimi hashemi ebrahimi "
            "mousavi sadeghi ghorbani akbari kazemi rostami zadeh tehrani shirazi nazari "
            "haidari noori amiri sharifi azizi popal stanekzai wardak zadran heydari mohseni "
            "soltani asadi yousefi ghasemi alizadeh abbasi mahmoudi salehi bagheri rashidi "
            "shafiei maleki naseri farhadi kiani parsa tavakoli esmaeili khosravi yazdani "
            "kermani isfahani tabrizi khorasani ahmadzai hotak yusufzai safi sahak barakzai "
            "mohmand durrani nuristani popalzai qaderi faizi rasuli sarwari nazarov rahmonov "
            "sharipov"
        ),
        split(
            "a ab af ak ar as az ba bah bar beh da dar del es far fir ga gol ha ho i ja ka kar "
            "kh kia ma mah man mir mo na nav ni no pa par po ra raf ro sa sal shah she so ta "
            "tah to va ya za"
        ),
        split(
            "abadi ani ari bakhsh dad dari dian far fard gani gar ghi hani i ian jani kar khah "
            "khani loo manesh mand mehr nejad nia pour rad sai shad tabar tash vand yar zadeh "
            "zai"
        ),
        split(
            "ad an ar ash bakhsh dad dar doust eh far fard gol ian in jan khan mand mehr mir "
            "nad naz ouz rokh shad shid ullah uddin yar"
        ),
    ),
    Culture(
        "East Asian", 0.04,
        ("CHN", "KOR", "VNM", "MNG"),
        Law(0.02, 12_000), Law(0.04, 1_200),
        ((0.72, "f g"), (0.20, "f g g"), (0.08, "g f")),
        split(
            "wei qiang lei jun yang yong tao ming chao ping gang jian bin peng hui hao feng bo "
            "kai long hai bing zhiqiang jianguo jianhua zhigang guoqiang haitao minho seojun "
            "jihoon minjun donghyun sungho youngho jinwoo hyunwoo sangwoo minh hung dung tuan "
            "duc nam quang thanh cuong son batbayar ganbold temujin"
        ),
        split(
            "fang xiuying na min jing li yan jie juan xiulan xia lan yun mei ling hong ying "
            "guiying xiaoyan lihua yulan meiling jisoo jiwoo seoyeon minji eunji jiyoung hyejin "
            "sujin anh thi hoang huong hoa mai thuy linh trang ngoc hanh oyun sarnai"
        ),
        split(
            "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo "
            "kim lee park choi jung nguyen tran le pham hoang vu dang bui do zheng liang xie "
            "song tang han feng deng cao peng zeng xiao tian dong pan yuan cai jiang yu du ye "
            "cheng wei su lu ding ren shen yao kang yoon jang lim oh seo shin kwon hwang ahn "
            "ryu hong phan huynh vo ngo duong ly trinh dinh mai"
        ),
        split(
            "bai bao bin bo cai chang chao chun da de dong en fa feng fu gang guang gui hai han "
            "hao he hong hua hui ji jia jian jin jing jun kai kang lan li lian lin ling long "
            "mei ming nan ning pei peng qi qing rong rui shan shao shu si song tai tian ting "
            "wei wen xiang xiao xin xing xue ya yan yi ying yu yuan yue yun ze zhen zhi zhong "
            "zi"
        ),
        split(
            "an bin bo chang cheng dong fang fei feng gang guo hai hao heng hong hua hui jian "
            "jie jing jun kun lan lei li liang lin ling long mei min ming na ning peng ping "
            "qiang qin qing rong rui shan sheng tao ting wei wen xia xiang xin xuan yan yang yi "
            "ying yong yu yuan yun zhe"
        ),
        split(
            "an bin bo chang cheng dong fang fei feng gang guo hai hao heng hong hua hui jian "
            "jie jing jun kun lan lei li liang lin ling long mei min ming na ning peng ping "
            "qiang qin qing rong rui shan sheng tao ting wei wen xia xiang xin xuan yan yang yi "
            "ying yong yu yuan yun zhe"
        ),
    ),
    Culture(
        "Caucasian", 0.03,
        ("GEO", "ARM", "AZE"),
        Law(0.03, 4_000), Law(0.006, 25_000),
        ((0.72, "g f"), (0.28, "g p f")),
        split(
            "giorgi davit levan nika zurab irakli nino armen hayk tigran aram gevorg karen "
            "ruslan aslan ramzan murad magomed elvin rashad luka sandro vakhtang tornike lasha "
            "mamuka gocha besik vazha artur ashot gagik garik samvel vardan narek suren "
            "hovhannes vugar elchin ilham ramil orkhan anar emin farid tural shamil zaur kazbek "
            "islam akhmed khasan timur"
        ),
        split(
            "mariam tamar ana anahit ani narine nino ketevan nana natia eka maia salome lia "
            "lali gayane lusine hasmik armine karine astghik sevda aygun gunel leyla sevinj "
            "nigar aida zarema madina fatima patimat aminat"
        ),
        split(
            "beridze kapanadze gelashvili maisuradze lomidze grigoryan hakobyan sargsyan "
            "harutyunyan petrosyan khachatryan mamedov aliyev huseynov guliyev magomedov "
            "akhmedov kadyrov mamedova giorgadze tsiklauri bolkvadze kvaratskhelia nozadze "
            "shengelia kiknadze dolidze janelidze khutsishvili mchedlishvili hovhannisyan "
            "vardanyan gevorgyan karapetyan ghazaryan mkrtchyan martirosyan avetisyan stepanyan "
            "manukyan hasanov mammadov ismayilov quliyev abdullayev ibrahimov rzayev ahmadov "
            "gasimov jafarov gadzhiev isaev abdulaev alikhanov dudaev basaev"
        ),
        split(
            "a ab ag al am ar as ba bar be bur cha che chi da dav de dzha e ga gab gel gi go gu "
            "ha i ja ka kar ke kha kob ku la lo ma man mar me mi na ni o pa pet pi ra ro sa sar "
            "sha shi ta te ti to tsi u va ve za zu"
        ),
        split(
            "adze adyan anyan aryan ashvili atyan badze bidze dashvili dze eishvili eli esyan "
            "ia iani iashvili idze ikyan ishvili kyan ladze lidze lyan madze nadze nian nidze "
            "nyan radze ridze rov ryan shvili syan tov tyan uri vadze vyan yan zade"
        ),
        split(
            "an ana ar avet bek eli en gen gul ico ik ili in ina khan li lan man med mir nar on "
            "oz ram rat sen shad ter tin vard zan zar"
        ),
        (("ov", "ova"), ("ev", "eva")),
    ),
)  # fmt: skip

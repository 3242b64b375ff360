"""East Slavic to African: six cultures of the north, the west and the south; keyed by hand."""

from __future__ import annotations

from comity.match.culture import Culture, Law, split

WEST = (
    Culture(
        "East Slavic", 0.12,
        ("RUS", "UKR", "BLR"),
        Law(0.05, 4_000), Law(0.006, 70_000),
        ((0.5, "g f"), (0.5, "g p f")),
        split(
            "aleksandr sergei vladimir andrei aleksei dmitry mikhail ivan nikolai igor yuri "
            "oleg viktor pavel maksim evgeny artem denis roman anton konstantin anatoly "
            "vyacheslav valery ilya kirill vadim nikita boris gennady leonid vitaly stanislav "
            "ruslan egor timofey stepan fedor vasily grigory petr danil matvey georgy arkady "
            "eduard bogdan taras mykola serhiy volodymyr oleksandr yaroslav ostap zakhar gleb "
            "lev semyon rodion"
        ),
        split(
            "olga elena natalia tatiana irina anna svetlana maria ekaterina yulia anastasia "
            "ludmila galina nadezhda vera daria alina ksenia polina marina larisa valentina "
            "victoria oksana inna lyubov raisa zinaida lidia nina tamara evgenia alla diana "
            "sofia varvara alisa yana olesia halyna"
        ),
        split(
            "ivanov smirnov kuznetsov popov vasiliev petrov sokolov mikhailov novikov fedorov "
            "morozov volkov alekseev lebedev semenov egorov pavlov kozlov stepanov nikolaev "
            "orlov andreev makarov nikitin zakharov shevchenko kovalenko bondarenko tkachenko "
            "kravchenko melnyk boyko koval oliynyk lysenko marchenko polishchuk savchenko "
            "rudenko petrenko moroz ivanchuk bogdanov vorobyov filippov markov sorokin sergeev "
            "romanov vinogradov belyaev komarov gusev kiselev maksimov kuzmin titov kazakov "
            "medvedev antonov tarasov zhukov baranov frolov nikiforov gavrilov karpov sidorov "
            "danilov osipov belov gromov kudryavtsev ryabov polyakov tsvetkov davydov gerasimov "
            "bykov denisov novak lukashenko zhuk kozlovsky"
        ),
        split(
            "ba bel bo br cher da dem do dr fro ga gor gra gri ka kar kas kli kol kor kos kra "
            "kud la li lo lu ma mar mel mi mol mu na ni no os pa pet pol pri ro rya sa sav sha "
            "shi sid so sta su sve ta ter ti tka tro ush va ve vi vo ya za zha zhu khar pod per "
            "stro"
        ),
        split(
            "banov benko bin chenko chuk dov din enko evich gin govsky iev kin kov kovsky lenko "
            "lev lin menko min mov nin nov nsky pov rev rin rov senko shin shkin sky tin tov "
            "tsky vin yev zhin zov"
        ),
        split(
            "dar fim fan im ir khail kan lav lem mil nat on rian sim slav san ton ur vin yan"
        ),
        (("sky", "skaya"), ("ov", "ova"), ("ev", "eva"), ("in", "ina")),
    ),
    Culture(
        "West Slavic", 0.10,
        ("POL", "CZE", "SVK"),
        Law(0.04, 3_000), Law(0.005, 70_000),
        ((0.82, "g f"), (0.18, "g g f")),
        split(
            "jan piotr andrzej krzysztof stanislaw tomasz pawel jozef marcin marek michal "
            "grzegorz jerzy tadeusz adam lukasz zbigniew petr jiri pavel martin tomas ryszard "
            "dariusz henryk mariusz kazimierz wojciech robert mateusz rafal jacek janusz "
            "miroslaw maciej slawomir jaroslaw kamil wieslaw roman jakub artur przemyslaw "
            "szymon bartosz dawid filip vaclav frantisek zdenek milan karel ladislav stanislav "
            "ondrej vojtech lubomir peter"
        ),
        split(
            "anna maria katarzyna malgorzata agnieszka barbara ewa krystyna elzbieta zofia jana "
            "eva hana lenka teresa magdalena joanna janina monika danuta jadwiga aleksandra "
            "halina irena beata marta dorota helena grazyna jolanta iwona marianna natalia "
            "zuzanna weronika vera alena katerina lucie petra veronika marketa zuzana"
        ),
        split(
            "nowak kowalski wisniewski wojcik kowalczyk kaminski lewandowski zielinski "
            "szymanski wozniak dabrowski kozlowski jankowski mazur wojciechowski kwiatkowski "
            "novak svoboda novotny dvorak cerny prochazka kucera vesely horak nemec pokorny "
            "marek pospisil krawczyk kaczmarek piotrowski grabowski zajac pawlowski michalski "
            "krol wieczorek jablonski wrobel nowakowski majewski olszewski stepien malinowski "
            "jaworski adamczyk dudek nowicki pawlak gorski witkowski walczak sikora baran "
            "rutkowski michalak szewczyk ostrowski tomaszewski pietrzak zalewski wroblewski "
            "marciniak jasinski zawadzki bak jakubowski sadowski duda hajek kral jelinek "
            "ruzicka benes fiala sedlacek dolezal zeman kolar navratil cermak vanek urban "
            "blazek kriz kopecky horvath kovac varga toth nagy balaz"
        ),
        split(
            "ba bar be bie bo bro chmie cie czar da do dra dud dzie fi ga gol gra hor ja jab "
            "kac kal kar ko kra kub kuch la le lis ma mal mich mie mro ol os pa paw pie pol prz "
            "ry rze sa sie sko so sta szcze to tr ur wa wi wie wit woj za zie klo kru smo zbo "
            "hra hla"
        ),
        split(
            "bek bowski czak czyk dek dowski ek ewicz ewski ik ka kiewicz kowski licki linski "
            "mski nek nicki niewski nowski owicz owski rek rowski sek sinski szewski tkowski "
            "wicz wski zek acek ansky ecky"
        ),
        split(
            "bert dan fan mir nia nik nisz ran rad slav slaw sz tin tomir usz wid win wit"
        ),
        (("ski", "ska"), ("cki", "cka"), ("sky", "ska")),
    ),
    Culture(
        "Ibero-Latin", 0.10,
        ("COL", "VEN", "MEX", "BRA", "PER", "ECU", "ARG", "CUB"),
        Law(0.035, 8_000), Law(0.020, 45_000),
        (
            (0.40, "g f f"), (0.28, "g g f f"), (0.22, "g f"), (0.04, "g g de f"),
            (0.03, "g de la f"), (0.03, "g dos f"),
        ),
        split(
            "jose juan luis carlos jesus antonio miguel francisco manuel pedro jorge alejandro "
            "fernando rafael roberto ricardo eduardo daniel javier sergio joao paulo mario raul "
            "oscar alberto victor arturo enrique gerardo ramon martin alfredo jaime diego "
            "andres julio cesar hector hugo ivan rodrigo ruben salvador felipe gustavo "
            "guillermo marcos pablo santiago sebastian tomas ernesto wilmer edwin leonardo "
            "nelson marcelo thiago lucas gabriel mateus bruno wilson yeison jhon freddy"
        ),
        split(
            "maria ana carmen rosa guadalupe juana margarita patricia elena laura sandra "
            "gabriela paula camila martha luz gloria veronica leticia monica silvia teresa "
            "adriana alejandra andrea angela beatriz blanca carolina claudia cristina daniela "
            "diana dora elizabeth esther fernanda isabel josefa julia karen lucia luisa marta "
            "mercedes natalia norma paola pilar raquel rocio sofia susana valentina yolanda "
            "juliana leidy yuliana"
        ),
        split(
            "garcia rodriguez martinez hernandez lopez gonzalez perez sanchez ramirez torres "
            "flores rivera gomez diaz cruz morales reyes gutierrez ortiz silva santos oliveira "
            "souza pereira costa ferreira alves lima gomes ribeiro vargas castillo jimenez "
            "rojas mendoza moreno alvarez romero ruiz chavez ramos herrera medina aguilar "
            "vasquez castro fernandez guzman munoz mendez salazar soto delgado pena rios "
            "alvarado sandoval contreras valencia leon marquez carrillo suarez mejia quintero "
            "cardenas rodrigues almeida carvalho araujo martins barbosa rocha dias nascimento "
            "andrade moreira nunes mendes freitas cardoso teixeira parra ospina restrepo "
            "cabrera quispe mamani huaman espinoza zambrano acosta molina navarro vega campos "
            "guerrero cortes"
        ),
        split(
            "a al an ar ba bar be bel ber bo bra ca cal cam car cas ce co cor cue da del do du "
            "es fa fer fon ga gar go gra gue her hi i ja la le lo lu ma mal man mar me mi mo "
            "mon mu na no o or pa pal par pe pi po qui ra re ri ro ru sa sal san se so ta to u "
            "va ve vi vil za zu"
        ),
        split(
            "ada ado aga al alba ales aldo ano ante ar ares ario arte as ata ca cio dera dez do "
            "dor egas ela era eira eiro ero es eta eza guez ido illa illo in iz la lar lez llo "
            "lva mez mora nado nes nez ola on or osa oso quez ral reda res rez rra ta to tos "
            "ugo vedo vez zar"
        ),
        split(
            "aldo ana ando ario elia ela elin elda enia erto eth ian ida ina inda iro ison iana "
            "ledis lin mar nier son ton uel ura vin yer"
        ),
    ),
    Culture(
        "Western", 0.08,
        ("USA", "GBR", "CAN", "AUS", "FRA", "ITA", "D"),
        Law(0.025, 8_000), Law(0.006, 90_000),
        ((0.70, "g f"), (0.25, "g g f"), (0.02, "g van f"), (0.02, "g de f"), (0.01, "g f f")),
        split(
            "james john robert michael william david richard joseph thomas charles daniel "
            "matthew jean pierre michel hans peter klaus jurgen giovanni marco paolo luca "
            "christopher anthony mark donald steven paul andrew joshua kenneth kevin brian "
            "george edward ronald timothy jason jeffrey ryan jacob gary nicholas eric stephen "
            "jonathan larry justin scott brandon benjamin samuel frank gregory raymond "
            "alexander patrick jack dennis philippe alain nicolas christophe francois laurent "
            "wolfgang andreas stefan thorsten giuseppe antonio francesco luigi mario"
        ),
        split(
            "mary patricia jennifer linda elizabeth susan jessica sarah anna laura sophie marie "
            "barbara karen nancy lisa margaret betty sandra ashley dorothy kimberly emily donna "
            "michelle carol amanda melissa deborah stephanie rebecca sharon cynthia kathleen "
            "amy shirley angela helen brenda nicole catherine nathalie isabelle sylvie monique "
            "petra sabine ursula claudia giulia francesca chiara"
        ),
        split(
            "smith johnson williams brown jones miller davis wilson anderson taylor thomas "
            "moore martin jackson thompson white harris clark lewis robinson muller schmidt "
            "schneider fischer weber meyer dubois durand leroy moreau rossi russo ferrari "
            "esposito bianchi walker young allen king wright scott hill green adams nelson "
            "baker hall campbell mitchell carter roberts evans turner phillips parker edwards "
            "collins stewart morris murphy cook rogers morgan cooper peterson reed bailey bell "
            "kelly howard ward cox richardson wood watson brooks bennett gray wagner becker "
            "schulz hoffmann koch bauer richter klein wolf bernard petit robert richard simon "
            "laurent michel garcia colombo ricci marino greco bruno gallo conti"
        ),
        split(
            "a al an ar ash bal bar ben ber bir black bla bo brad bran bre bri bro bur cal car "
            "cha cla col cor cra dal dav de don du ed el er fair fer fin for gar ger gil gra "
            "gre ha ham har hol hu ja ke kin la lan lin lo mac mal mar mc mel mor new nor o pal "
            "par pe pri ra ray red ri ro ru sal san sch sha sil so sta ste stra sum tay tho tra "
            "tur van wal war web wes win"
        ),
        split(
            "an ard barger bauer berg bert bridge brook by cott den der dorf dorn ell elli er "
            "ert ey feld field ford gan ger good hart hill house ier ing kamp ker kins ler ley "
            "lin lock man mann mer mond more mour ner net nier ning old on rel rich ridge rier "
            "ring ris rod row ry sen ser sey shaw son stein ster ston tault ter ti ton vell "
            "ville vin ward way well wood"
        ),
        split(
            "a ald and ard ayne bert den ella elle en er et ette ey ian ice ie in ina is lyn on "
            "rick son ton vin"
        ),
    ),
    Culture(
        "Balkan", 0.06,
        ("SRB", "ALB", "RKS", "MKD", "BIH", "MDA", "MNE"),
        Law(0.025, 5_000), Law(0.008, 40_000),
        ((0.88, "g f"), (0.12, "g g f")),
        split(
            "dragan milan zoran goran nikola marko stefan aleksandar ivan petar jovan branko "
            "arben agron besnik ilir georgi dimitar ion andrei mihai gheorghe milos nenad dejan "
            "bojan vladimir slobodan miroslav dusan sinisa predrag igor luka filip ante "
            "tomislav josip mario damir emir mirza adnan senad edin artan fatmir bekim gezim "
            "luan blerim driton hristo todor plamen vasil krasimir alexandru constantin vasile "
            "florin ionut cristian marian"
        ),
        split(
            "maria ana jelena milica ivana marija elena ioana gordana snezana dragana vesna "
            "jasmina sanja tanja marina mirjana svetlana biljana ljiljana amra lejla emina azra "
            "vjosa arta teuta drita valbona desislava gergana radka mihaela andreea alina "
            "cristina gabriela daniela"
        ),
        split(
            "jovanovic petrovic nikolic markovic djordjevic stojanovic ilic stankovic pavlovic "
            "milosevic hoxha shehu krasniqi gashi berisha popescu ionescu popa radu dumitru "
            "stan ivanov georgiev dimitrov petrov horvat kovacevic babic maric novak knezevic "
            "vukovic filipovic juric bozic matic tomic pavic peric lovric hodzic hadzic delic "
            "begic halilovic hasanovic omerovic mujic suljic thaci morina bytyqi gjoka leka "
            "prifti dervishi kola marku nikolov todorov stoyanov angelov iliev marinov stefanov "
            "hristov trajkovski nikolovski stojanovski ristovski stoica gheorghe matei ciobanu "
            "rusu moldovan munteanu serban lazar rotaru sandu"
        ),
        split(
            "a ba be bo bra bu ce co da de di do dra du ga go gra gu ha i ja je jo ka ko kra ku "
            "la le lu ma me mi mla mo mu na ne ni no o pa pe po pra ra ri ro ru sa se sla so "
            "sta ste stro su ta te to tri tu va ve vi vla vo vu za ze zi zu"
        ),
        split(
            "anovic ari aru asevic ati aj bec cevic cic cu davic dzic eanu escu etic evic evski "
            "gic haj iev ijevic ilov inic iu janovic jevic kovic kovski ku lic liu lovic "
            "milovic nescu nic oiu ov ovic ovski rescu rovic ski sovic tescu tic tovic ulovic "
            "vic xhaj zic"
        ),
        split(
            "an ana anko ard bor dan drag dar el en enko ica ija ila im in ina ko lav lin mir "
            "mira on rad sko slav tin ush van"
        ),
        (("ov", "ova"), ("ev", "eva"), ("ski", "ska")),
    ),
    Culture(
        "African", 0.05,
        ("NGA", "GHA", "SEN", "MLI", "SOM", "ETH", "ERI", "GIN"),
        Law(0.035, 10_000), Law(0.015, 45_000),
        ((0.52, "g f"), (0.24, "g g f"), (0.24, "g m m")),
        split(
            "mamadou ousmane ibrahima moussa amadou abdoulaye samuel emmanuel daniel joseph "
            "john peter kwame kofi chinedu emeka oluwaseun tunde abdi mohamed tesfaye haile "
            "cheikh modou souleymane boubacar seydou issa adama lamine sekou david michael paul "
            "james moses isaac ahmed hassan ali omar yusuf ismail abdirahman mohamud farah "
            "bereket dawit yonas mulugeta solomon tadesse getachew kwabena yaw kojo chukwuemeka "
            "ikechukwu obinna ifeanyi uche babatunde sani musa garba usman"
        ),
        split(
            "fatou aminata mariam grace mercy blessing ngozi amara halima aissatou mariama "
            "fatoumata kadiatou awa ndeye khady oumou salimata esther ruth sarah mary faith joy "
            "patience comfort abena akosua ama adwoa chioma ifeoma nkechi amina hawa asha "
            "fadumo hodan sahra hirut almaz tigist selam rahel wambui njeri akinyi"
        ),
        split(
            "diallo traore diop keita toure coulibaly camara ba sow konate okafor okeke eze "
            "adeyemi balogun mensah owusu boateng asante mwangi otieno kamau abebe tadesse "
            "bekele hassan abdi farah warsame nkosi dlamini ndiaye fall gueye sy barry bah "
            "bangura kamara sesay conteh kone ouattara bamba diarra sidibe sissoko cisse sanogo "
            "dembele fofana jallow ceesay sanneh appiah agyemang osei ofori addo adjei okoye "
            "nwosu obi onyeka nwachukwu okonkwo adebayo afolabi ogunleye abubakar mohammed "
            "ibrahim bello suleiman lawal aliyu garba kiprop njoroge wanjiru ochieng odhiambo "
            "tesfaye girma alemu hailu kebede wolde gebre ali mohamed omar nuur osman jama "
            "mbeki moyo ndlovu"
        ),
        split(
            "a ab ade ag ak am an ba ben bo da di do e eke em fa fo ga go i ib ifa ike jo ka ke "
            "ki ko kwa la lu ma mba me mo mu na nda nga ni no nya o oba ode ogu oko olu om ona "
            "oye pa ra sa se si so ta te to u wa ya ye yo za"
        ),
        split(
            "aba ade ago ale ama ana anya ari aye bane bele boa dara deji do eme fe gbe ike iwa "
            "jana kali ke kwu la lamba lo mba mbe mi na nda ndu ngo ni nwa o oba ola one pe ra "
            "ro sa se shi so ta te thi to tu u wa we ya yo za zi"
        ),
        split(
            "a ade anu bari bo chi dayo do ele eme fola i ike inde ka kachi kunle la li ma mi "
            "na ngi nwa oma ou ra sha ta tola u wale we ye"
        ),
    ),
)  # fmt: skip

"""Given names that are one name in another language or in short; facts keyed by hand."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from comity.match.table import mix

GROUPS = """
mohammed mohamed muhammad mohammad muhammed mehmet mehmed mahomet mamadou md mohd muh moh mhd muhd
ahmed ahmad ahmet akhmed akhmad amadou
abraham ibrahim avraham ebrahim brahim ibrahima
joseph yusuf youssef yousef yosef jose giuseppe josef jozef iosif yusif osip joe
moses musa moussa moshe moise moises musa
solomon suleiman sulayman suleyman shlomo salomon soliman
david dawud daoud davud davit dawood
jacob yaqub yakub yaakov iakov james jacques giacomo jakub yakov
isaac ishaq ishak yitzhak isak
ishmael ismail ismael esmail
noah nuh
jesus isa issa eisa
mary maria maryam mariam miriam marie meryem miryam masha
john ivan jan johann johannes jean juan giovanni ian joao jovan hans yahya yuhanna johan jon janos
michael mikhail michel miguel michele mihail mykhailo mikael misha mike michal mihaly
george georgi georgy jorge giorgio georg jerzy yuri yury yuriy jiri girgis djordje yegor georgios
alexander aleksandr alexandre alejandro alessandro oleksandr iskander alexandros sasha alex sandro
alexandra aleksandra sasha oleksandra
nicholas nikolai nikolay nicolas nicola mykola nikola niels klaus miklos mikolaj kolya nikolaos
peter pyotr petr pierre pedro pietro piotr petro petar butrus boutros petros
paul pavel paolo pablo pavlo pal bulus boulos pawel paulo
andrew andrei andrey andre andres andrea andrzej andriy andreas andrij
basil vasily vasiliy vasil vasyl wasyl vassilis vasilios
theodore fyodor fedor teodor fedir theodoros
dmitry dmitri dmitriy dmytro dimitri dimitrios dima dimitar
sergei sergey serhiy serge sergio serhii sergej seriozha
vladimir volodymyr wladimir vova volodya
eugene yevgeny evgeny evgeni yevhen eugen evgeniy evgenii zhenya
william guillaume guillermo wilhelm willem bill will guglielmo
robert roberto bob rob
richard ricardo riccardo ryszard dick rick
henry henri enrique heinrich enrico henryk hendrik
charles carlos carlo karl karel karol
louis luis luigi ludwig lajos
francis francisco francesco franz francois frantisek ferenc franciszek
anthony antonio antoine anton antonin tony antoni antun
thomas tomas tommaso tomasz tom
stephen steven stefan esteban etienne stepan stefano istvan szczepan stepan stephan steve
matthew mateo matteo matthias mateusz matvei matei matija
luke lucas luca luka lukasz lukas
mark marco marcos marc marek marko markus
philip felipe philippe filip filippo
catherine katherine ekaterina katarina caterina catalina yekaterina kateryna katarzyna katya kate
helen elena helena yelena olena ilona eleni
elizabeth elisabeth isabel elisabetta elizaveta yelizaveta elzbieta erzsebet liza
natalia nataliya natalya nathalie natalie natasha
tatiana tatyana tetiana tanya
irina iryna irene irena ira
anna ana anne hanna hannah ania anya ann
olga olha helga
svetlana svitlana sveta
julia yulia julija yuliya giulia iulia yuliia
xenia ksenia oksana kseniya oxana
ali aly alli
hussein hussain husayn hossein hossain husain huseyin hussien houssein
hassan hasan hasen hacene
abdullah abdallah abdulla abdoulaye abdlah
othman osman uthman ousmane
omar umar omer oumar
khalid khaled halid khalidi
fatima fatma fatemeh fatimah fatoumata
aisha ayesha aysha ayse aicha aissatou
zaynab zainab zeinab zeynep zineb
khadija khadijah hatice khadidja hadiza
edward eduardo edouard eduard edoardo ed ted
daniel daniele danila danylo danil dan
gregory grigory gregorio grigori hryhoriy grzegorz
maxim maksim maksym maxime massimo
leo lev leonid leon leonardo
constantine konstantin konstantinos costas kostya kostas
christopher christophe cristobal krzysztof cristoforo chris christoforos
xi hsi
zhang chang cheung
wang wong
li lee lei
chen chan tan
liu lau liew
huang wong ng hwang
zhou chow chou
wu ng goh
lin lam lim
zhao chao chiu
xu hsu hui tsui
zhu chu
cai tsai choi chua
zheng cheng chang
guo kuo kwok
xie hsieh tse
lee yi ri rhee
park pak bak
choi choe chwe
jung jeong chung cheong
kim gim
"""


def _groups() -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for line in GROUPS.split("\n"):
        group = line.split()
        for name in group:
            others = found.setdefault(name, {})
            others.update((other, None) for other in group if other != name)
    return {name: tuple(others) for name, others in found.items()}


_GROUPS = _groups()


@lru_cache(maxsize=8192)
def hashes(part: str) -> tuple[int, ...]:
    """Hash the other forms of a given name as sound.hash_chars does; empty for most parts."""
    found = []
    with np.errstate(over="ignore"):
        for other in _GROUPS.get(part, ()):
            h = np.uint64(0x5DEECE66D)
            for char in other:
                h = mix(h, np.uint64(ord(char)))
            found.append(int(h))
    return tuple(found)

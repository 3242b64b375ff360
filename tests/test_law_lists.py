"""The lists of the packs, keyed a second time from other sources: no member more, none less."""

from __future__ import annotations

import datetime

import pytest

from comity.law.pack import sets_on
from comity.terms.country import country_code
from law_packs import project_pack

LISTS = """
# Regulation (EU) 2018/1806 annex I, consolidation of 2025-02-03
eu.short-stay annex_I 2025-02-03
AFG AGO ARM AZE BDI BEN BFA BGD BHR BLR BLZ BOL BTN BWA CAF CHN CIV CMR COD COG COM CPV CUB
DJI DOM DZA ECU EGY ERI ETH FJI GAB GHA GIN GMB GNB GNQ GUY HTI IDN IND IRN IRQ JAM JOR KAZ
KEN KGZ KHM KWT LAO LBN LBR LBY LKA LSO MAR MDG MDV MLI MMR MNG MOZ MRT MWI NAM NER NGA NPL
OMN PAK PHL PNG PRK PSE QAT RUS RWA SAU SDN SEN SLE SOM SSD STP SUR SWZ SYR TCD TGO THA TJK
TKM TUN TUR TZA UGA UZB VNM VUT YEM ZAF ZMB ZWE

# Regulation (EU) 2018/1806 annex II, consolidation of 2025-02-03
eu.short-stay annex_II 2025-02-03
ALB AND ARE ARG ATG AUS BHS BIH BRA BRB BRN CAN CHL COL CRI DMA FSM GBD GBN GBO GBP GBR GBS
GEO GRD GTM HKG HND ISR JPN KIR KNA KOR LCA MAC MCO MDA MEX MHL MKD MNE MUS MYS NIC NRU NZL
PAN PER PLW PRY RKS SGP SLB SLV SMR SRB SYC TLS TON TTO TUV TWN UKR URY USA VAT VCT VEN WSM

# its footnotes
eu.short-stay biometric_only 2025-02-03
ALB BIH GEO MDA MKD MNE RKS SRB UKR

# Council decisions putting the Schengen acquis into effect
eu.short-stay schengen_states 2026-11-23
AUT BEL BGR CHE CZE DEU DNK ESP EST FIN FRA GRC HRV HUN ISL ITA LIE LTU LUX LVA MLT NLD NOR
POL PRT ROU SVK SVN SWE

# Treaty on European Union art. 52
eu.short-stay eu_members 2026-11-23
AUT BEL BGR CYP CZE DEU DNK ESP EST FIN FRA GRC HRV HUN IRL ITA LTU LUX LVA MLT NLD POL PRT
ROU SVK SVN SWE

# Acts of Accession; Protocol (No 21)
eu.short-stay not_in_full 2026-11-23
CYP IRL

# ETS 31, chart of ratifications, without France (suspended) and the United Kingdom
eu.short-stay refugee_agreement 2026-11-23
BEL CHE CZE DEU DNK ESP FIN HUN IRL ISL ITA LIE LUX MLT NLD NOR POL PRT ROU SVK SWE

# Regulation (EC) 810/2009 annex IV
eu.short-stay transit_annex_IV 2026-11-23
AFG BGD COD ERI ETH GHA IRN IRQ LKA NGA PAK SOM

# the states of the area
eu.stay counting_states 2026-11-23
AUT BEL BGR CHE CZE DEU DNK ESP EST FIN FRA GRC HRV HUN ISL ITA LIE LTU LUX LVA MLT NLD NOR
POL PRT ROU SVK SVN SWE

# ECOWAS, member states
gh.entry ecowas 2026-11-23
BEN CIV CPV GHA GIN GMB GNB LBR NGA SEN SLE TGO

# ECOWAS on the last day of three members
gh.entry ecowas 2025-01-28
BEN BFA CIV CPV GHA GIN GMB GNB LBR MLI NER NGA SEN SLE TGO

# Residence agreement of 2002, parties
br.entry residence_agreement 2026-11-23
ARG BOL BRA CHL COL ECU PER PRY URY

# GOV.UK, list of visa nationals on 2026-08-21; the stateless stand in a rule
uk.visit visa_nationals 2026-08-21
AFG AGO ALB ARM AZE BDI BEN BFA BGD BIH BLR BOL BTN BWA CAF CHN CIV CMR COD COG COL COM CPV
CUB DJI DMA DOM DZA ECU EGY ERI ETH FJI GAB GEO GHA GIN GMB GNB GNQ HND HTI IDN IND IRN IRQ
JAM JOR KAZ KEN KGZ KHM LAO LBN LBR LBY LCA LKA LSO MAR MDA MDG MKD MLI MMR MNE MNG MOZ MRT
MWI NAM NER NGA NIC NPL NRU PAK PHL PRK PSE RKS RUS RWA SDN SEN SLE SLV SOM SRB SSD STP SUR
SWZ SYR TCD TGO THA TJK TKM TLS TTO TUN TUR TWN TZA UGA UKR UZB VEN VNM VUT YEM ZAF ZMB ZWE

# GOV.UK, electronic travel authorisation on 2026-08-21
uk.visit eta_nationals 2026-08-21
ABW AND ARE ARG ATG AUS AUT BEL BES BGR BHR BHS BLM BLZ BRA BRB BRN CAN CHE CHL CRI CYP CZE
DEU DNK ESP EST FIN FRA FSM GBO GBP GRC GRD GTM GUY HKG HRV HUN ISL ISR ITA JPN KIR KNA KOR
KWT LIE LTU LUX LVA MAC MAF MCO MDV MEX MHL MLT MUS MYS NLD NOR NZL OMN PAN PER PLW PNG POL
PRT PRY QAT ROU SAU SGP SLB SMR SVK SVN SWE SXM SYC TON TUV TWN URY USA VAT VCT WSM

# GOV.UK, direct airside transit visa on 2026-08-21
uk.visit airside_transit 2026-08-21
AFG AGO ALB BDI BGD BLR BWA CHN CIV CMR COD COG COL DMA DZA EGY ERI ETH GEO GHA GIN GMB GNB
HND IND IRN IRQ JAM JOR KEN LBN LBR LBY LCA LKA LSO MDA MKD MMR MNG MWI NAM NGA NIC NPL NRU
PAK PSE RKS RUS RWA SDN SEN SLE SLV SOM SRB SSD SWZ SYR TLS TTO TUR TZA UGA VEN VNM VUT YEM
ZAF ZWE
"""


def read() -> list[tuple[str, str, datetime.date, frozenset[str]]]:
    """Read the lists: pack, set and date on one line, then the codes."""
    found = []
    for block in LISTS.strip().split("\n\n"):
        _, head, *codes = block.splitlines()
        pack, name, day = head.split()
        members = frozenset(country_code(code) for code in " ".join(codes).split())
        found.append((pack, name, datetime.date.fromisoformat(day), members))
    return found


@pytest.mark.parametrize(
    ("pack", "name", "day", "members"), [pytest.param(*row, id=" ".join(row[:2])) for row in read()]
)
def test_the_list_is_that_of_its_source(
    pack: str, name: str, day: datetime.date, members: frozenset[str]
) -> None:
    """The set holds on that date the codes of the source and no other."""
    assert sets_on(project_pack(pack), day)[name] == members

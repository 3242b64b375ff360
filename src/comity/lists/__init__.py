"""Lists of persons under a measure, read as others publish them; nothing is decided here.

reading     ``read_list`` and ``sniff``: the door; which format, which reader
un          the Security Council's consolidated list (XML)
ofac        the United States' list of Specially Designated Nationals (CSV, aliases beside)
ftm         FollowTheMoney entities as JSON lines (OpenSanctions and others), nested or flat
entry       what comes out: ``Entry`` or ``Refused``, with notes on what was left out
draft       one person being read; the minimum data of Regulation (EU) 2018/1861 Article 22
source      foreign bytes as lines and chunks, bounded
wording     names, dates, numbers and countries in the words that lists use
countries   the names lists give to countries, as ICAO 9303 codes
"""

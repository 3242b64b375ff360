"""Travel documents as machines read them: what is read and what is inferred stay apart.

check_digit      the 7-3-1 check digit of ICAO Doc 9303
layout           where each field of TD1, TD2, TD3, MRV-A and MRV-B stands
name_field       names of a machine-readable zone: parts, fillers, truncation
century          what two-digit years can mean on a given day
mrz              read and write a machine-readable zone; what it says of the holder
shape            bring what was read into the shape of a zone, writing down every change
repair           proposals for what a camera or a typist confused, never applied silently
transliteration  letters of other alphabets in the zone (Latin, Cyrillic, Arabic), and back
letters          the tables of Doc 9303-3 section 6
"""

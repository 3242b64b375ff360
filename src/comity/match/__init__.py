"""Who an identity may be among the alerts: the index, the weights, the explanation.

names, sound        read a name in any script (letters, kana, han, kanji: tables); how parts sound
intake, building    take identities in; build the arrays of an index, append to it
index, snapshot     build, add, remove, search; the arrays as one piece of memory
expand, probe, glance, weigh, traits, find    a search: keys, candidates, bounds, weights, ranks
weights, candidate, explanation               numbers as data; bands; what a search says in words
basis, replay       a past comparison computed again, bit for bit
objects, lookup     documents, plates, vehicles and serials by number, misread ones too
synthetic, noise, evaluate, report, fairness  invented people, how data arrive, what is found
"""

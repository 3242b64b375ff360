"""Law as data: packs of cited, dated rules that decide, explain, sweep, compare and gate.

pack, rule, dated, reading, priority   read a law pack (docs/spec/law-pack.md)
facts, condition, grammar              what is said of a person; conditions in a closed grammar
truth, view, decide, possible          one decision: three-valued, with a full trace
columns, sweep                         every profile at once, with the deciding rule of each
explain                                a decision in words: traveller, officer, court
compare, proposal, diff                two laws, a draft, one law on two dates
clause, gate                           what blocks an exchange of data, and the way out
stay and its neighbours                days used, days left, overstays
"""

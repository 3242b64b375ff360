"""Passenger manifests: streams of bytes become travellers, row by row, in bounded memory.

row          what a reader yields: a Traveller, or Refused with line, field, reason and hint
chunks       lines of bounded length from a stream of any size
columns      the columns of a CSV manifest and their other names
table        CSV
zones        text files of machine-readable zones
edifact      the syntax of UN/EDIFACT: separators, release character, segments
paxlst       UN/EDIFACT PAXLST messages
teletype     the envelopes in which PAXLST still travels
manifest     tell the kind of a file and read it
"""

"""The command line: parse, call one act, print. No rules here.

main      the tree of commands, loaded when first asked for; errors become one line and a status
output    the two forms of every answer: for people, and ``--json``
"""

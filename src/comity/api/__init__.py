"""HTTP for machines: bytes and JSON in, one act called, JSON out. No rules here.

peers     the door for other nodes: envelopes and questions, over mutual TLS
machines  the door for systems at home: check, alerts, matches, log; described by OpenAPI
faults    the one place where errors become status codes
"""

"""Proof: what an outsider checks without trusting us. Pure; C2SP and RFC 9162 formats, verbatim.

canonical    the one byte form that is hashed or signed (RFC 8785), and strict JSON reading
tlog         the Merkle tree: hash, grow, prove, check (RFC 6962, RFC 9162)
tile         the tree and its entries as static tiles (C2SP tlog-tiles)
note         signed text: keys as text, sign, open (C2SP signed-note)
checkpoint   a tree head as note text (C2SP tlog-checkpoint)
cosignature  a witness's timestamped signature on a checkpoint (C2SP tlog-cosignature)
tlog_proof   one entry's proof as one text file (C2SP tlog-proof)
commitment   a salted commitment to what may not stand in the log
audit        a whole log, replayed offline
evidence     entries, proofs and keys in one file, and its numbered verification
"""

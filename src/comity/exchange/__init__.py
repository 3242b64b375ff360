"""Other nodes: how two states' nodes meet, carry sealed messages, and prove that they did.

- ``seal``: hybrid post-quantum sealing to one node's key
- ``home``, ``keys``: our own side, and its key files
- ``wire``: the small forms all texts of this room share
- ``card``: the one signed file a node shows to join
- ``tls``: each node's own small authority, contexts, and the start-up self-test
- ``envelope``: a signed and sealed message of a named kind
- ``receipt``, ``reply``: the signed word on what became of an envelope, and its frame
- ``peers``: the cards of the nodes we have joined
- ``outbox``, ``inbox``: out at least once, in exactly once; ``pace``: and not too fast
- ``feed``, ``follow``: alerts to a peer, by a monotonic position
- ``digest``, ``reconcile``: prove that copy and feed are the same set, or say what differs
- ``lease``: how long a copy may be relied on; ``restore``: what to forget after a backup
- ``witness``, ``witness_server``, ``cosign``: who remembers a ledger's last checkpoint
- ``link``: the HTTPS client to one peer

No business rules here: a message is bytes of a named kind, and what they mean is the bureau's.
"""

"""The room of agreements: what may be asked, seen and sent, decided by Cedar. Pure.

``age``           whether somebody may be a child, from dates that may be partial
``question``      who asks what, why, about whom; the facts of a record; the decision
``sheet``         reads the closed TOML tables of agreements, articles and cases
``article``       the text of an article and the hash that binds it to its rules
``refusals``      words no agreement may use: what Comity never builds
``profile``       the small part of Cedar that policies may use, so that a solver can prove them
``constitution``  the forbids that hold under every agreement
``agreement``     one agreement as data, its hash, the text that parties sign
``grants``        the part of an agreement that says who may see which fields of which alerts
``days``          dates as policies compare them and as the cache tells them apart
``engine``        hands one question to Cedar; any error is a refusal
``policy``        constitution + agreement, compiled: may_ask, may_see, may_receive
``cases``         runs the cases that ship with an agreement
"""

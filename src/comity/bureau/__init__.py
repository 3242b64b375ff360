"""The acts: one composition each, the only place where rooms meet.

Each act is: decide → record intent → act → record outcome → answer.

settings    what one node is: country, doors, store, witness; read once
node        open a node: its keys, store, vault, ledger, agreements and index
throttle    wrong sign-in codes slow the next attempt down, at every door
officer     who may act here, trained until when
agreement   sign, adopt and list agreements
alert       issue, extend, withdraw
restriction stop the use of an alert while it stands, and lift that; tell whom it concerns
copy        what peers sent: apply alerts and withdrawals to this node's copy
snapshot    the index, sealed on the disk for a fast start
check       is there an alert about this traveller, and may I be told
match       confirm or reject, with reasons; tell the issuer
courier     the round: synchronise, deliver, have the log witnessed
reconciliation  a copy held against its feed, and healed
upkeep      what a store owes to time, and after a restore
opinion     what a second officer compares, without the first one's finding
opened      content opened by an officer, recorded in the log
overview    lists and tallies for pages
screening   manifests of any size, and those checked before, resumable
diagnosis   how the node fares, and what to do
intake      import lists of alerts and manifests of travellers
listing     a file of alerts taken in by all processors, to measure the matcher
workers     a screening in several processes on Ray
register    tens of millions of documents and objects in one mapped file
replay      a past match compared again, bit for bit
lawbook     the laws that countries signed on data that leave; gate asks them
withheld    what the law keeps back; release lets one item pass; alignment follows a change
audit       the evidence of an act, for a supervisor or a court
law         what the law requires
refusal_register  a refusal of entry: asked first, prepared, issued by a person, numbered
"""

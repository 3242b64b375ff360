"""Record: effects at home. A state change and its log entry are one transaction.

clock     what time it is: the system's, or one that training and tests set
tables    the one schema of the node
store     the SQL store: SQLite under SQLCipher, or PostgreSQL; migrations at opening
vault     per-record keys and sealing; erasing a record is deleting its key
keyring   key files of the node, readable by their owner alone
ledger    the tamper-evident log: append, write, prove, open
batch     the entries of one transaction: numbered, sealed, hashed, written
group     group commit: callers at the same time share one flush to the disk
witnessed which heads of the log the witnesses have cosigned
oracle    check_ledger: everything in the store that can be re-verified, re-verified
"""

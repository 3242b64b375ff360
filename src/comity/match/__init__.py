"""Who an identity may be among the alerts: the index, the weights, the explanation.

candidate   what a search answers: candidates, attributes compared, in words
index       the index of identities: build, add, remove, search
"""

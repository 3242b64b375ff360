"""Comity: sovereign nodes by which states cooperate in immigration law, lawfully and provably.

The house, imports only downward: cli, api, web / bureau / exchange / record /
law, accord, match, documents, lists, manifests, proof / terms / errors.
"""

__version__ = "0.1.0"

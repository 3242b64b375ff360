"""Constitution and agreement, compiled: may this be asked, seen, sent?

The order of a decision: 1. the facts become entities and a context; 2. Cedar decides on the slice
(this constitution, this agreement, nothing else); 3. an error anywhere is a refusal; 4. the
deciding rule is the first one, in the order of the constitution; 5. its article and text come
back with the decision. What the caller must still do: record the decision before acting on it,
and give a peer the same answer whether a record is absent, protected or not permitted.
"""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import replace
from functools import lru_cache

from comity.accord.agreement import Agreement, check_constitution
from comity.accord.constitution import Constitution
from comity.accord.days import beside, day, only_against_today
from comity.accord.engine import (
    READ,
    Engine,
    Verdict,
    agreement_entity,
    circumstances,
    party_entity,
    question_entities,
    record_entity,
    request,
)
from comity.accord.profile import read_rules
from comity.accord.question import ENGINE_ERROR, NO_PERMIT, Decision, Question, RecordFacts
from comity.errors import Malformed

CACHED = 4_096
"""Decisions kept per kind. They are pure, so the cache can only save time."""

_NUMBERED = re.compile(r"policy `policy(\d{1,4})`")
_UNREADABLE = (TypeError, ValueError, AttributeError)
_UNREADABLE_FACTS = ("a fact is not of its type",)


class Policy:
    """``Policy(constitution, agreement)``: compiled once, then decides without side effects.

    Unverified where the agreement names another constitution; Malformed "policy-schema" where a
    policy of the agreement does not fit the schema of facts.
    """

    def __init__(self, constitution: Constitution, agreement: Agreement) -> None:
        check_constitution(agreement, constitution)
        read_rules(agreement.policy, where="policy.cedar", schema=constitution.schema)
        self.constitution = constitution
        self.agreement = agreement
        self._order = {rule: n for n, rule in enumerate((*constitution.rules, *agreement.rules))}
        forms = [r.form for r in (*constitution.rules.values(), *agreement.rules.values())]
        self._expires_folds = only_against_today(forms, "expires")
        self._training_folds = only_against_today(forms, "trainedUntil")
        try:
            self._engine = Engine(
                f"{constitution.policy}\n{agreement.policy}",
                constitution.schema,
                [agreement_entity(agreement)],
            )
        except ValueError:
            raise Malformed(
                "policy-engine", "the agreement does not fit the constitution's schema of facts",
                where="schema.cedarschema",
            ) from None  # fmt: skip
        self._ask = lru_cache(CACHED)(self._decide_ask)
        self._see = lru_cache(CACHED)(self._decide_see)
        self._receive = lru_cache(CACHED)(self._decide_receive)
        self._cite = lru_cache(CACHED)(self._citation)

    def may_ask(
        self, question: Question, on: datetime.date, *, asked_today: int = 0
    ) -> Decision:  # fmt: skip
        """May this question be asked on this day? Decided before anything is searched.

        ``asked_today``: how many questions the asking country put under this agreement before
        this one, on the same day.
        """
        try:
            return self._ask(self._folded(question, on), on, self._within(asked_today))
        except _UNREADABLE:
            return self._refuse(ENGINE_ERROR, _UNREADABLE_FACTS)

    def may_see(
        self, question: Question, record: RecordFacts, groups: tuple[str, ...], on: datetime.date,
        *, asked_today: int = 0,
    ) -> tuple[Decision, ...]:  # fmt: skip
        """Which of ``groups`` of this record may the asker see? One decision per group."""
        try:
            return self._see(
                self._folded(question, on), self._side(record, on), groups, on,
                self._within(asked_today),
            )  # fmt: skip
        except _UNREADABLE:
            return (self._refuse(ENGINE_ERROR, _UNREADABLE_FACTS),) * len(groups)

    def may_receive(self, party: str, record: RecordFacts, on: datetime.date) -> Decision:
        """May this alert leave to the country ``party`` at all? The guard of every feed.

        Ask it of alerts and their updates; a withdrawal or an erasure is always sent.
        """
        try:
            return self._receive(party, self._side(record, on), on)
        except _UNREADABLE:
            return self._refuse(ENGINE_ERROR, _UNREADABLE_FACTS)

    def _within(self, asked_today: int) -> bool:
        return asked_today < self.agreement.limits.volume_per_day

    def _decide_ask(
        self, question: Question, on: datetime.date, within: bool  # noqa: FBT001
    ) -> Decision:  # fmt: skip
        context = json.dumps(circumstances(question, on, within_volume=within))
        asked = request(("Officer", "asker"), "ask", ("Traveller", "subject"), context)
        (verdict,) = self._engine.verdicts([asked], question_entities(question))
        return self._decision(verdict, question.article)

    def _decide_see(
        self, question: Question, record: RecordFacts, groups: tuple[str, ...],
        on: datetime.date, within: bool,  # noqa: FBT001
    ) -> tuple[Decision, ...]:  # fmt: skip
        context = json.dumps(circumstances(question, on, within_volume=within))
        asked = [
            request(("Officer", "asker"), READ + group, ("Record", "record"), context)
            for group in groups
        ]
        entities = [*question_entities(question), record_entity(record)]
        verdicts = self._engine.verdicts(asked, entities)
        return tuple(self._decision(verdict, question.article) for verdict in verdicts)

    def _decide_receive(self, party: str, record: RecordFacts, on: datetime.date) -> Decision:
        agreement = {"__entity": {"type": "Agreement", "id": self.agreement.id}}
        context = json.dumps({"agreement": agreement, "on": day(on)})
        asked = request(("Party", "party"), "receive", ("Record", "record"), context)
        entities = [party_entity(party), record_entity(record)]
        (verdict,) = self._engine.verdicts([asked], entities)
        return self._decision(verdict, "")

    def _decision(self, verdict: Verdict, asked_article: str) -> Decision:
        if verdict.errors:
            return self._refuse(ENGINE_ERROR, tuple(map(self._named, verdict.errors)))
        if not verdict.rules:
            return self._refuse(NO_PERMIT)
        if not verdict.rules <= self._order.keys():
            return self._refuse(ENGINE_ERROR, ("the engine named a rule that is not here",))
        rule = min(verdict.rules, key=self._order.__getitem__)
        return self._permit(rule, asked_article) if verdict.allowed else self._refuse(rule)

    def _permit(self, rule: str, asked_article: str) -> Decision:
        if rule in self.agreement.rules:
            return self._cite(rule, self.agreement.rules[rule].article)
        return self._cite(rule, asked_article if asked_article in self.agreement.articles else "")

    def _named(self, error: str) -> str:
        # the engine numbers policies in the order of the text; a person needs the rule's id
        return _NUMBERED.sub(lambda found: self._rule_at(int(found[1])), error)

    def _rule_at(self, number: int) -> str:
        rules = list(self._order)
        return rules[number] if number < len(rules) else "a rule"

    def _refuse(self, rule: str, errors: tuple[str, ...] = ()) -> Decision:
        refusal = replace(self._cite(rule, ""), permitted=False)
        return replace(refusal, errors=errors) if errors else refusal

    def _citation(self, rule: str, own: str) -> Decision:
        """Give a permit by ``rule``, citing the agreement's article ``own`` or the constitution."""
        if own:
            source, article = self.agreement.title, self.agreement.articles[own]
        else:
            source, article = self.constitution.title, self.constitution.article_of(rule)
        cite = f"{source}, art. {article.id} ({article.cite})"
        return Decision(True, rule, cite, article.text, article.text_sha256)

    def _folded(self, question: Question, on: datetime.date) -> Question:
        """Give the question without what no rule reads, so that like questions share a decision.

        Whether there is a reference and a second officer counts, not which.
        """
        asker = question.asker
        officer, second = asker.officer.strip(), question.second_officer.strip()
        trained = asker.trained_until
        return replace(
            question,
            reference="given" if question.reference.strip() else "",
            asker=replace(
                asker,
                officer="given" if officer else "",
                trained_until=beside(trained, on) if self._training_folds else trained,
            ),
            second_officer="other" if second and second != officer else "",
        )

    def _side(self, record: RecordFacts, on: datetime.date) -> RecordFacts:
        if not self._expires_folds:
            return record
        return replace(record, expires=beside(record.expires, on))

"""Build the state of an index from identities; append to it one by one."""

from __future__ import annotations

from concurrent.futures import Executor, ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np

from comity.errors import Conflict, Malformed
from comity.match.intake import Intake, roomy
from comity.match.state import (
    CARD,
    CODES,
    COLUMNS,
    NAMES,
    PEOPLE,
    WORDS,
    People,
    State,
    Texts,
    Words,
    empty_state,
)
from comity.match.table import IDS_MAX, Table, bits_for, empty_chain
from comity.terms.identity import Identity


def build_state(intake: Intake, pick: Any) -> tuple[State, Any]:
    """Build the state of what was taken in; ``pick(people)`` gives the kernels for so many."""
    intake.close()
    if intake.people >= IDS_MAX:
        raise Malformed("match-too-many", "more identities than one index holds")
    kernels = pick(intake.people)
    return _state_of(intake, kernels), kernels


def _state_of(intake: Intake, kernels: Any) -> State:
    count, people = len(intake.words), intake.people
    intake.words.clear()
    words = Words(
        chars=intake.column("chars", "u2"),
        starts=intake.column("word_starts", "u4"),
        codes=np.zeros(CODES * (count + count // 32 + 64), np.uint64),
        counts=np.zeros(count + count // 32 + 64, np.int32),
    )
    readings, papers = len(intake.columns["scripts"]), len(intake.columns["papers"])
    held = People(
        rows=intake.column("rows", "u4"),
        names=intake.column("names", "u4"),
        scripts=intake.column("scripts", "u1"),
        parts=intake.column("parts", "u4"),
        dates=intake.column("dates", "i4"),
        papers=intake.column("papers", "u8"),
        alive=roomy(np.ones(people, np.uint8)),
        sieve=np.zeros(1 << max((papers // 8).bit_length(), 6), np.uint64),
        cards=intake.column("cards", "u8"),
    )
    data = np.frombuffer(intake.text, np.uint8)
    texts = Texts(intake.column("text_starts", "i8"), roomy(data))
    del data, intake
    state = empty_state()._replace(words=words, people=held, texts=texts)
    state.figures.sizes[[WORDS, NAMES, PEOPLE]] = count, readings, people
    kernels.code_words(words, 0, count)
    with ThreadPoolExecutor(2) as pool:  # the kernels release the interpreter's lock
        counted = pool.submit(_count, state, people, kernels)
        word_table = _word_table(words, count, kernels)
        counted.result()
        people_table = _people_table(state, people, kernels, pool)
    return state._replace(word_table=word_table, people_table=people_table)


def _count(state: State, people: int, kernels: Any) -> None:
    held, texts = state.people, state.texts
    kernels.count_people(held, state.words, texts, state.figures, (0, people, 1))
    kernels.sieve_papers(held, 0, people)
    kernels.write_cards(held, 0, people)
    _refuse_twins(texts, people, kernels)


def _refuse_twins(texts: Texts, people: int, kernels: Any) -> None:
    hashes = np.zeros(people, np.uint64)
    kernels.hash_ids(texts, hashes)
    hashes.sort()
    if people > 1 and (hashes[1:] == hashes[:-1]).any():
        raise Conflict("match-id-taken", "two identities have one id", hint="remove one of them")


def _word_table(words: Words, count: int, kernels: Any) -> Table:
    room = int(words.starts[count]) + 18 * count
    keys, ids = np.empty(room, np.uint64), np.empty(room, np.uint64)
    total = kernels.list_word_keys(words, count, keys, ids)
    table = _open_table(total)
    entries = np.empty(total, np.uint64)
    kernels.fill_table(keys[:total], ids[:total], table.offsets, entries)
    return table._replace(entries=entries)


def _open_table(expected: int) -> Table:
    bits = bits_for(expected)
    offsets = np.zeros((1 << bits) + 1, np.uint32)
    return Table(np.uint64(bits), offsets, np.empty(0, np.uint64))


def _people_table(state: State, people: int, kernels: Any, pool: Executor) -> Table:
    table = _open_table(people * 11)
    halves = ((0, people // 2), (people // 2, people))
    starts = (table.offsets, np.zeros_like(table.offsets))
    held, words, texts = state.people, state.words, state.texts

    def count(half: int) -> None:
        kernels.count_keys(held, words, texts, halves[half], starts[half])

    def place(half: int) -> None:
        kernels.place_keys(held, words, texts, halves[half], (starts[half], entries))

    list(pool.map(count, range(2)))
    kernels.start_buckets(*starts)
    entries = np.empty(int(table.offsets[-1]), np.uint64)
    list(pool.map(place, range(2)))
    kernels.close_buckets(starts[1], table.offsets)
    return table._replace(entries=entries)


def append(state: State, key: str, identity: Identity, kernels: Any) -> State:
    """Append one identity; gives the state to publish (another one where arrays had to grow)."""
    intake = Intake()
    intake.take(key, identity)
    intake.close()
    state = _grown(state, intake, kernels)
    sizes, columns, held, texts = state.figures.sizes, intake.columns, state.people, state.texts
    before, readings, person = int(sizes[WORDS]), int(sizes[NAMES]), int(sizes[PEOPLE])
    ids = _enter_new_words(state, intake, kernels)
    kernels.code_words(state.words, before, int(sizes[WORDS]))
    row = COLUMNS * person
    firsts = [int(held.rows[row + i]) for i in range(3)]
    part = int(held.names[readings])
    _lay(held.parts, part, [ids[w] for w in columns["parts"]])
    _lay(held.scripts, firsts[0], columns["scripts"])
    _lay(held.dates, firsts[1], columns["dates"])
    _lay(held.papers, firsts[2], columns["papers"])
    _lay(held.names, readings, [part + n for n in columns["names"]])
    made = np.array(columns["rows"], np.uint32).reshape(2, COLUMNS)
    made += np.array(firsts, np.uint32)
    _lay(held.rows, row, made.reshape(-1))
    _lay(held.cards, CARD * person, columns["cards"])
    _lay(texts.data, int(texts.starts[person]), np.frombuffer(intake.text, np.uint8))
    texts.starts[person + 1] = int(texts.starts[person]) + len(intake.text)
    held.alive[person] = 1
    sizes[NAMES] = readings + len(columns["scripts"])
    sizes[PEOPLE] = person + 1
    span = (person, person + 1, 1)
    kernels.count_people(held, state.words, texts, state.figures, span)
    kernels.enter_words(state.words, state.word_chain, before, int(sizes[WORDS]))
    kernels.sieve_papers(held, person, person + 1)
    kernels.write_cards(held, person, person + 1)
    kernels.enter_person(held, state.words, texts, state.people_chain, person)
    return state


def _lay(into: Any, first: int, values: Any) -> None:
    made = np.asarray(values, into.dtype)
    into[first : first + made.size] = made


def _enter_new_words(state: State, intake: Intake, kernels: Any) -> dict[int, int]:
    ids: dict[int, int] = {}
    words, sizes = state.words, state.figures.sizes
    found = np.zeros(1 << 10, np.uint64)
    for part, local in intake.words.items():
        chars = np.array([ord(c) & 0xFFFF for c in part], np.uint16)
        word = int(kernels.find_word(words, state.word_table, state.word_chain, chars, found))
        if word < 0:
            word = int(sizes[WORDS])
            first = int(words.starts[word])
            _lay(words.chars, first, chars)
            words.starts[word + 1] = first + chars.size
            words.counts[word] = 0
            sizes[WORDS] = word + 1
        ids[local] = word
    return ids


def _with_room(group: Any, need: dict[str, int]) -> Any:
    changed = {}
    for name, wanted in need.items():
        old = getattr(group, name)
        if old.size < wanted:
            changed[name] = np.zeros(wanted + wanted // 8 + 1024, old.dtype)
            changed[name][: old.size] = old
    return group._replace(**changed) if changed else group


def _grown(state: State, intake: Intake, kernels: Any) -> State:
    """Give a state with room for one intake; the old one stays whole for its readers."""
    columns, held, words, texts = intake.columns, state.people, state.words, state.texts
    sizes = state.figures.sizes
    person, readings, count = int(sizes[PEOPLE]), int(sizes[NAMES]), int(sizes[WORDS])
    row = COLUMNS * person
    word_room = count + len(intake.words) + 1
    people_need = {
        "rows": row + 2 * COLUMNS,
        "names": readings + len(columns["scripts"]) + 1,
        "scripts": readings + len(columns["scripts"]),
        "parts": int(held.names[readings]) + len(columns["parts"]),
        "dates": int(held.rows[row + 1]) + len(columns["dates"]),
        "papers": int(held.rows[row + 2]) + len(columns["papers"]),
        "alive": person + 1,
        "cards": CARD * (person + 1),
    }
    words_need = {
        "chars": int(words.starts[count]) + len(columns["chars"]),
        "starts": word_room,
        "codes": CODES * word_room,
        "counts": word_room,
    }
    texts_need = {"starts": person + 2, "data": int(texts.starts[person]) + len(intake.text)}
    grown = state._replace(
        words=_with_room(words, words_need),
        people=_with_room(held, people_need),
        texts=_with_room(texts, texts_need),
    )
    return _rechained(state, grown, (42 * len(intake.words), _key_bound(intake)), kernels)


def _rechained(old: State, new: State, room: tuple[int, int], kernels: Any) -> State:
    """Give chains with room; others than the old ones where any array is another one.

    A reader of the old state follows the old chain: it must never meet a person or a word there
    that only the larger arrays hold.
    """
    moved = any(a is not b for a, b in zip(old[:3], new[:3], strict=True))
    chains = []
    for chain, more in zip((old.word_chain, old.people_chain), room, strict=True):
        full = int(chain.fill[0]) + more
        if moved or full > chain.after.size:
            larger = empty_chain(chain.after.size if full <= chain.after.size else 2 * full)
            kernels.rehash(chain, larger)
            chains.append(larger)
        else:
            chains.append(chain)
    return new._replace(word_chain=chains[0], people_chain=chains[1])


def _key_bound(intake: Intake) -> int:
    columns = intake.columns
    bounds = columns["names"]
    sizes = [b - a for a, b in pairwise(bounds)]
    dates = len(columns["dates"])
    pairs = sum(n * n for n in sizes)
    singles = len(columns["parts"]) * (1 + 2 * dates) + len(sizes)
    return min(pairs + singles + dates + len(columns["papers"]) + 8, 4096)

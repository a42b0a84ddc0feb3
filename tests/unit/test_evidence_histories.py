"""Other people's histories: a line in, a result or a named error out, in order, whatever the number of workers."""

from __future__ import annotations

import json
import os
import pickle
import sys
from datetime import date, timedelta
from itertools import islice

import pytest

from syncer.errors import ExitCode, SyncerError
from syncer.sources.history_lines import CHUNK, lines_as_they_come, read_history
from syncer.usecases.histories import AHEAD, AT_ONCE, FEW, JudgedHistory, analyse_histories

MONDAY = date(2025, 1, 6)


def day(number: int) -> str:
    return (MONDAY + timedelta(days=number)).isoformat()


def history(number: int = 0, weeks: int = 20) -> dict:
    statuses = ("done", "skipped", "moved", "partial", "done")
    sessions = [
        {"date": day(at), "status": statuses[(at // 9 + number) % 5]} for at in range(0, weeks * 7, 2 + number % 2)
    ]
    runs = [
        {"date": day(at), "distance_m": 7000 + 10 * number, "pain": 4 if (at + number) % 11 == 0 else 0}
        for at in range(1, weeks * 7, 2)
    ]
    return {"id": f"r{number}", "sessions": sessions, "runs": runs}


def line(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"


def a_run(fields: bytes) -> bytes:
    return b'{"id":"x","sessions":[],"runs":[{"date":"2026-01-01",' + fields + b"}]}"


def a_session(fields: bytes) -> bytes:
    return b'{"id":"x","sessions":[{' + fields + b'}],"runs":[]}'


class TestLines:
    def test_what_counts_as_missed_and_what_not_at_all(self):
        statuses = ["done", "moved", "partial", "skipped", "excused"]
        sessions = [{"date": day(at), "status": status} for at, status in enumerate(statuses)]
        read = read_history(line({"id": "a", "sessions": sessions, "runs": []}), 1)
        assert [slot.missed for slot in read.slots] == [False, False, True, True]

    def test_pain(self):
        answers = [None, 0, 0.5, 1, 10]
        runs = [{"date": day(at), "distance_m": 5000, "pain": pain} for at, pain in enumerate(answers)]
        runs.append({"date": day(9)})
        read = read_history(line({"id": 7, "sessions": [], "runs": runs}), 1)
        assert [run.pain for run in read.runs] == [None, False, True, True, True, None]
        assert [run.distance_m for run in read.runs] == [5000] * 5 + [0]
        assert read.id == 7

    def test_further_keys_and_a_byte_order_mark_do_not_matter(self):
        kept = {**history(), "name": "Zoë", "club": None}
        assert read_history(b"\xef\xbb\xbf" + line(kept), 1) == read_history(line(history()), 1)

    @pytest.mark.parametrize(
        ("text", "named"),
        [
            (b"{", "not JSON"),
            (b"[" * 100_000, "not JSON"),
            (b"\xff\xfe", "not UTF-8"),
            (b"[]", "not an object"),
            (b'{"sessions":[],"runs":[]}', "no id"),
            (b'{"id":null,"sessions":[],"runs":[]}', "id is null"),
            (b'{"id":["x"],"sessions":[],"runs":[]}', 'id is ["x"]'),
            (rb'{"id":"\ud800","sessions":[],"runs":[]}', "half a character"),
            (b'{"id":"x","runs":[]}', "no sessions"),
            (b'{"id":"x","sessions":[],"runs":{}}', "runs are {}"),
            (b'{"id":"x","sessions":["a"],"runs":[]}', "session 1"),
            (
                a_session(b'"date":"2026-01-01","status":"done"},{"date":"2026-02-30","status":"done"'),
                'session 2 has the date "2026-02-30"',
            ),
            (a_session(b'"date":"20260101","status":"done"'), "not a day like"),
            (a_session(b'"date":"2026-01-01T10:00","status":"done"'), "not a day like"),
            (a_session(b'"date":"2026-01-01","status":"late"'), "done, moved, partial"),
            (a_session(b'"date":"2026-01-01","status":["done"]'), "session 1 has the status"),
            (a_run(b'"distance_m":NaN,"pain":0'), "NaN"),
            (a_run(b'"distance_m":Infinity,"pain":0'), "Infinity"),
            (a_run(b'"distance_m":1e999,"pain":0'), "distance_m"),
            (a_run(b'"distance_m":-1,"pain":0'), "distance_m -1"),
            (a_run(b'"distance_m":"5","pain":0'), 'distance_m "5"'),
            (a_run(b'"distance_m":5,"pain":11'), "pain 11"),
            (a_run(b'"distance_m":5,"pain":true'), "pain true"),
            (a_run(b'"distance_m":5,"pain":-0.5'), "pain -0.5"),
            (a_run(b'"distance_m":' + b"9" * 400 + b',"pain":0'), "long"),
            (a_run(b'"distance_m":' + b"9" * 5000 + b',"pain":0'), "long"),
        ],
    )
    def test_a_bad_line_says_what_is_wrong_with_it(self, text, named):
        [error] = analyse_histories([text])
        assert isinstance(error, SyncerError)
        assert error.message.startswith("line 1 is left out: ")
        assert named in error.message
        assert error.item == "line 1"
        assert error.exit_code == ExitCode.PARTIAL
        assert len(error.message.encode()) < 250


class TestManyLines:
    def test_order_numbers_and_errors_among_them(self):
        lines = [line(history(number)) for number in range(30)]
        lines[4] = b"  \n"
        lines[11] = b"{oops\n"
        lines[28] = line({"id": "empty", "sessions": [], "runs": []})
        outcomes = {workers: list(analyse_histories(lines, None, workers)) for workers in (1, 2, 3)}
        assert [_plain(one) for one in outcomes[2]] == [_plain(one) for one in outcomes[1]]
        assert [_plain(one) for one in outcomes[3]] == [_plain(one) for one in outcomes[1]]
        numbers = [one.line if isinstance(one, JudgedHistory) else one.item for one in outcomes[2]]
        assert numbers == [1, 2, 3, 4, *range(6, 12), "line 12", *range(13, 31)]
        assert outcomes[2][0].id == "r0"
        assert any(isinstance(one, JudgedHistory) and one.evidence.p_value for one in outcomes[2])

    def test_it_reads_no_further_ahead_than_the_workers_need(self):
        given = []

        def endless():
            number = 0
            while True:
                given.append(number)
                yield line(history(number % 5, weeks=4))
                number += 1

        results = analyse_histories(endless(), None, 2)
        assert [one.line for one in islice(results, 40)] == list(range(1, 41))
        results.close()
        assert len(given) <= 40 + FEW + 1 + (2 * AHEAD + 1) * AT_ONCE

    def test_no_line_at_all(self):
        assert list(analyse_histories([])) == []
        assert list(analyse_histories([b"\n", b" \r\n"])) == []

    def test_errors_survive_the_trip_between_processes(self):
        [error] = analyse_histories([b"{"])
        assert _plain(pickle.loads(pickle.dumps(error))) == _plain(error)


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe cannot be asked there whether it holds anything")
class TestPauses:
    """Lines that come through a pipe are answered while it stays open."""

    @pytest.fixture
    def pipe(self):
        source, sink = os.pipe()
        with os.fdopen(source, "rb") as reading, os.fdopen(sink, "wb", buffering=0) as writing:
            yield reading, writing

    def test_one_line_is_answered_before_the_next_one_comes(self, pipe):
        reading, writing = pipe
        results = analyse_histories(lines_as_they_come(reading), None, 2)
        for number in range(3):
            writing.write(line(history(number, weeks=4)))
            assert next(results).line == number + 1
        writing.close()
        assert list(results) == []

    def test_so_it_is_once_the_workers_are_busy(self, pipe):
        reading, writing = pipe
        results = analyse_histories(lines_as_they_come(reading), None, 2)
        many = FEW + AT_ONCE + 1
        writing.write(b"".join(line(history(number, weeks=4)) for number in range(many)))
        assert [one.line for one in islice(results, many)] == list(range(1, many + 1))
        writing.write(b"{oops")
        writing.close()
        assert [_plain(one)[2] for one in results] == [f"line {many + 1}"]

    def test_pauses_change_nothing(self):
        lines = [line(history(number, weeks=4)) for number in range(14)]
        paused = [part for one in lines for part in (None, one, None)]
        assert list(analyse_histories(paused, None, 2)) == list(analyse_histories(lines, None, 1))

    @pytest.mark.parametrize("text", [b"", b"a", b"a\n", b"a\n\nb", b"\n\n", b"x" * 3 * CHUNK + b"\n" + b"y" * CHUNK])
    def test_lines_are_those_of_the_file(self, text, tmp_path):
        (tmp_path / "some").write_bytes(text)
        with (tmp_path / "some").open("rb") as stream:
            found = [one for one in lines_as_they_come(stream) if one is not None]
        assert b"\n".join(found) == text


class TestDayOfJudgement:
    def test_the_last_date_unless_told(self):
        whole = history(weeks=30)
        [untold] = analyse_histories([line(whole)])
        [told] = analyse_histories([line(whole)], MONDAY + timedelta(days=30 * 7))
        [later] = analyse_histories([line(whole)], date(2099, 1, 1))
        assert untold == told == later

    def test_nothing_after_it_is_used(self):
        whole, until = history(weeks=30), day(120)
        past = {
            "id": "r0",
            "sessions": [one for one in whole["sessions"] if one["date"] <= until],
            "runs": [one for one in whole["runs"] if one["date"] <= until],
        }
        [cut] = analyse_histories([line(whole)], date.fromisoformat(until))
        assert [cut] == list(analyse_histories([line(past)]))
        [before] = analyse_histories([line(whole)], date(2000, 1, 1))
        assert before.evidence.weeks == 0

    def test_unsorted_lines_are_the_same_history(self):
        whole = history()
        mixed = {**whole, "sessions": whole["sessions"][::-1], "runs": whole["runs"][::-1]}
        assert list(analyse_histories([line(mixed)])) == list(analyse_histories([line(whole)]))

    def test_excused_sessions_are_nowhere(self):
        whole = history()
        excused = {"date": day(50), "status": "excused"}
        more = {**whole, "sessions": [*whole["sessions"], excused]}
        assert list(analyse_histories([line(more)])) == list(analyse_histories([line(whole)]))


def _plain(outcome: JudgedHistory | SyncerError) -> object:
    return outcome if isinstance(outcome, JudgedHistory) else (outcome.code, outcome.message, outcome.item)

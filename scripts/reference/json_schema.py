"""The JSON Schema of what ``--json`` prints, written down in a shorthand; a test holds every command against it.

``python -m scripts.reference.json_schema`` writes docs/reference/syncer-1.schema.json.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from syncer.errors import ExitCode

FILE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "syncer-1.schema.json"
Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number"}
AMOUNT: Schema = {"type": "number", "minimum": 0}
TRUTH: Schema = {"type": "boolean"}


def ref(name: str) -> Schema:
    """A shape of ``$defs``."""
    return {"$ref": f"#/$defs/{name}"}


def maybe(schema: Schema) -> Schema:
    """That, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def many(schema: Schema) -> Schema:
    """A list of those."""
    return {"type": "array", "items": schema}


def one_of(*values: str) -> Schema:
    """One of these words."""
    return {"enum": list(values)}


def shape(**keys: Schema) -> Schema:
    """An object with these keys; ``first_`` stands for ``first``, and a key in ``maybe_…`` may be absent."""
    named = {name.rstrip("_"): schema for name, schema in keys.items()}
    needed = [name for name in named if not name.startswith("maybe_")]
    return {
        "type": "object",
        "properties": {name.removeprefix("maybe_"): schema for name, schema in named.items()},
        "required": needed,
    }


def joined(first: Schema, second: Schema) -> Schema:
    """One object with the keys of both."""
    return {
        "type": "object",
        "properties": first["properties"] | second["properties"],
        "required": first["required"] + second["required"],
    }


DAY, WEEK, INSTANT = ref("day"), ref("week"), ref("instant")
STATUS = one_of("done", "moved", "partial", "skipped", "excused", "pending", "upcoming")
REASON = one_of("ill", "travel", "no-time", "forgot", "sore", "rest")
STATE = one_of("tagged", "zero", "suspected")
SIDE = maybe(one_of("left", "right", "both"))
SCORE = maybe({"type": "number", "minimum": 0, "maximum": 10})
LINKS = many(shape(site=TEXT, url=TEXT))
SHARES = shape(missed=COUNT, planned=COUNT)
TALLY = shape(exposed_runs=COUNT, exposed_pain=COUNT, other_runs=COUNT, other_pain=COUNT)
KEPT = shape(kept=COUNT, counted=COUNT)
READ = shape(garmin=maybe(INSTANT), strava=maybe(INSTANT), files=maybe(INSTANT))
WEEKS = many(
    shape(
        week=WEEK,
        planned=COUNT,
        kept=COUNT,
        missed=COUNT,
        excused=COUNT,
        runs=COUNT,
        distance_m=AMOUNT,
        pain_runs=COUNT,
        worst_score=SCORE,
        answered=COUNT,
        longest_m=maybe(AMOUNT),
        spikes=COUNT,
    )
)
LADDERS = many(
    shape(
        slug=TEXT,
        name=TEXT,
        levels=many(shape(name=TEXT, band=TEXT, placement=TEXT, sets=COUNT, reps=COUNT)),
    )
)
SEE_SOMEONE = many(TEXT)
SERVICE = one_of("garmin", "strava")
SOURCE = shape(
    provider=one_of("garmin", "strava", "file"),
    state=one_of("ok", "partial", "skipped", "failed"),
    code=maybe(TEXT),
    listed=COUNT,
    added=COUNT,
    updated=COUNT,
    unchanged=COUNT,
    removed=COUNT,
    pending_details=COUNT,
    requests=COUNT,
    retry_at=maybe(INSTANT),
    message=TEXT,
)
LEFT_OUT = many(shape(reason=TEXT, count=COUNT, examples=many(TEXT)))
IMPORTED = joined(SOURCE, shape(source=TEXT, path=TEXT, items=COUNT, read=COUNT, skipped=LEFT_OUT))
CREATED = many(shape(path=TEXT, content=TEXT))
ACTS = shape(system=TEXT, maybe_files=CREATED, maybe_dry_run=TRUTH, maybe_actions=many(ref("act")))
SAID = shape(activity_id=TEXT, local_date=DAY, pain=maybe(ref("pain")))
STEP = shape(
    kind=one_of("exercise", "rest", "repeat"),
    maybe_title=TEXT,
    maybe_exercise=TEXT,
    maybe_side=SIDE,
    maybe_intensity=one_of("active", "warmup", "cooldown"),
    maybe_reps=maybe(COUNT),
    maybe_duration_s=maybe(COUNT),
    maybe_until=maybe(TEXT),
    maybe_notes=TEXT,
    maybe_rounds=COUNT,
    maybe_steps=many(ref("step")),
)
SESSION = shape(
    id=TEXT,
    date=DAY,
    workout=TEXT,
    level=TEXT,
    status=STATUS,
    activity_id=maybe(TEXT),
    match=maybe(one_of("workout_id", "training_file", "schedule", "sets", "name", "time", "manual")),
    sets_done=maybe(AMOUNT),
    sets_planned=COUNT,
    reason=maybe(REASON),
)
ACTIVITY = shape(
    id=TEXT,
    kind=one_of("run", "strength", "other"),
    start=INSTANT,
    local_date=DAY,
    elapsed_s=maybe(AMOUNT),
    distance_m=maybe(AMOUNT),
    name=TEXT,
    recordings=many(ref("recording")),
    band_walk=TRUTH,
    session_id=maybe(TEXT),
    pain=maybe(ref("pain")),
)
RECORDING = shape(
    provider=one_of("garmin", "strava", "file"),
    external_id=TEXT,
    rule=TEXT,
    score={"type": "number", "minimum": 0, "maximum": 1},
    maybe_counted=TRUTH,
    maybe_id=TEXT,
    maybe_start=INSTANT,
    maybe_elapsed_s=maybe(AMOUNT),
    maybe_distance_m=maybe(AMOUNT),
    maybe_sport=TEXT,
    maybe_device=TEXT,
)
EVIDENCE = shape(
    verdict=one_of("not_enough_data", "no_pattern", "watch", "pattern"),
    sentence=TEXT,
    method={"const": "replay"},
    window_days=many(COUNT),
    weeks=AMOUNT,
    counts=shape(all=TALLY, new=TALLY),
    pain_runs=COUNT,
    new_pain_runs=COUNT,
    missed=COUNT,
    done=COUNT,
    risk_ratio=maybe(shape(estimate=AMOUNT, low=AMOUNT, high=AMOUNT)),
    p_value=maybe({"type": "number", "minimum": 0, "maximum": 1}),
    replays=COUNT,
    seed=COUNT,
    adjusted_for=many(TEXT),
    missing=many(shape(what=TEXT, have=AMOUNT, need=AMOUNT)),
    lag_curve=many(shape(from_=WHOLE, to=WHOLE, pain_runs=SHARES, other_runs=SHARES)),
    answered_share=maybe({"type": "number", "minimum": 0, "maximum": 1}),
)
FLAG = shape(
    activity_id=TEXT,
    local_date=DAY,
    score=SCORE,
    side=SIDE,
    window_days=COUNT,
    planned=COUNT,
    missed=COUNT,
    missed_sessions=many(
        shape(id=TEXT, date=DAY, status=STATUS, reason=maybe(REASON), activity_id=maybe(TEXT), links=LINKS)
    ),
    base_rate=shape(flagged=COUNT, pain_free_runs=COUNT),
    alternatives=many(shape(kind=one_of("load_spike", "return_after_break", "recent_pain"), detail=TEXT)),
    links=LINKS,
)
WEEKLY = shape(
    week=WEEK,
    from_=DAY,
    to=DAY,
    as_of=DAY,
    generated_at=INSTANT,
    data_as_of=READ,
    plan=shape(
        planned=COUNT,
        done=COUNT,
        moved=COUNT,
        partial=COUNT,
        skipped=COUNT,
        excused=COUNT,
        pending=COUNT,
        adherence_4w=maybe(AMOUNT),
        adherence_12w=maybe(AMOUNT),
        kept_4w=KEPT,
        kept_12w=KEPT,
        level=maybe(shape(name=TEXT, why=TEXT, needs=many(TEXT))),
        sessions=many(joined(SESSION, shape(links=LINKS))),
    ),
    runs=shape(
        count=COUNT,
        distance_m=AMOUNT,
        usual_distance_m=maybe(AMOUNT),
        longest_30d_m=maybe(AMOUNT),
        tagged=COUNT,
        zero=COUNT,
        untagged=COUNT,
        suspected=COUNT,
        items=many(
            shape(
                activity_id=TEXT,
                local_date=DAY,
                distance_m=maybe(AMOUNT),
                spike=maybe(AMOUNT),
                pain=maybe(ref("pain")),
                name=TEXT,
                links=LINKS,
            )
        ),
    ),
    flags=many(FLAG),
    evidence=ref("evidence"),
    next=maybe(shape(date=DAY, workout=TEXT, level=TEXT, why=TEXT, needs=many(TEXT))),
    questions=many(TEXT),
    see_someone=SEE_SOMEONE,
    notes=many(TEXT),
    data_quality=shape(
        last_tries=many(shape(source=TEXT, state=one_of("partial", "skipped", "failed"), at=INSTANT, code=maybe(TEXT))),
        left_out=many(shape(source=TEXT, reason=TEXT, count=COUNT, examples=many(TEXT))),
    ),
    workouts=LADDERS,
    history=WEEKS,
    calendar=many(
        shape(
            day=DAY,
            statuses=many(STATUS),
            runs=COUNT,
            pain=maybe(shape(state=STATE, score=SCORE, side=SIDE)),
        )
    ),
    levels=many(shape(day=DAY, level=TEXT, workout=TEXT)),
)
PHYSIO = shape(
    for_={"const": "physio"},
    from_=WEEK,
    to=WEEK,
    first_day=DAY,
    last_day=DAY,
    as_of=DAY,
    generated_at=INSTANT,
    data_as_of=READ,
    weeks=WEEKS,
    pain=many(
        shape(
            activity_id=TEXT,
            local_date=DAY,
            kind=one_of("run", "strength", "other"),
            distance_m=maybe(AMOUNT),
            longest_30d_m=maybe(AMOUNT),
            spike=maybe(AMOUNT),
            pain=maybe(ref("pain")),
            links=LINKS,
        )
    ),
    sessions=many(joined(SESSION, shape(done_on=maybe(DAY), effort=SCORE, pain=maybe(ref("pain")), links=LINKS))),
    kept=KEPT,
    reasons=many(shape(reason=maybe(REASON), count=COUNT)),
    levels=many(shape(day=DAY, workout=TEXT, level=TEXT, rule=TEXT, why=TEXT)),
    see_someone=SEE_SOMEONE,
    workouts=LADDERS,
    evidence=ref("evidence"),
    maybe_files=many(TEXT),
)
SHAPES: dict[str, Schema] = {
    "day": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "week": {"type": "string", "pattern": "^[0-9]{4}-W[0-9]{2}$"},
    "instant": {
        "type": "string",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?[+-][0-9]{2}:[0-9]{2}$",
    },
    "error": shape(code=TEXT, message=TEXT, hint=maybe(TEXT), provider=maybe(TEXT), item=maybe(TEXT)),
    "pain": shape(
        state=STATE,
        score=SCORE,
        side=SIDE,
        evidence=many(shape(provider=TEXT, field=TEXT, text=TEXT)),
        manual=TRUTH,
    ),
    "act": shape(kind=TEXT, target=TEXT, detail=TEXT),
    "step": STEP,
    "session": SESSION,
    "recording": RECORDING,
    "activity": ACTIVITY,
    "source": SOURCE,
    "imported": IMPORTED,
    "evidence": EVIDENCE,
    "week-report": WEEKLY,
    "physio-report": PHYSIO,
}
COMMANDS: dict[str, Schema] = {
    "workout list": shape(
        workouts=many(shape(name=TEXT, slug=TEXT, description=TEXT, levels=many(TEXT), default_level=maybe(TEXT)))
    ),
    "workout show": shape(
        name=TEXT,
        slug=TEXT,
        level=maybe(TEXT),
        band=TEXT,
        placement=TEXT,
        description=TEXT,
        why=TEXT,
        steps=many(ref("step")),
        duration_estimate_s=COUNT,
        sets=COUNT,
        reps_per_set=COUNT,
        active_sets=COUNT,
    ),
    "workout check": shape(file=TEXT, name=TEXT, slug=TEXT, levels=many(TEXT)),
    "workout build": shape(file=TEXT, bytes=COUNT, sha256=TEXT, serial=maybe(COUNT), name=TEXT, level=maybe(TEXT)),
    "plan show": shape(sessions=many(joined(SESSION, shape(why=TEXT)))),
    "plan set": shape(rules=many(shape(effective_from=DAY, days=many(TEXT), workout=TEXT, level=maybe(TEXT)))),
    "plan pause": shape(from_=DAY, to=DAY, reason=maybe(REASON)),
    "plan resume": shape(from_=DAY, ended=COUNT),
    "plan excuse": shape(session=ref("session")),
    "push": shape(
        actions=many(
            shape(
                kind=one_of("write", "skip", "create", "update", "schedule", "remove"),
                target=TEXT,
                detail=TEXT,
                verified=TRUTH,
                maybe_next_step=maybe(TEXT),
            )
        ),
        workout=TEXT,
        level=maybe(TEXT),
        why=TEXT,
        session_id=maybe(TEXT),
        dry_run=TRUTH,
    ),
    "auth status": shape(
        providers=many(
            shape(
                provider=SERVICE,
                enabled=TRUTH,
                signed_in=TRUTH,
                problem=maybe(TEXT),
                account=maybe(TEXT),
                since=maybe(INSTANT),
                access_until=maybe(INSTANT),
                last_read=maybe(INSTANT),
                token_file=maybe(TEXT),
                private=TRUTH,
                cool_down_until=maybe(INSTANT),
                check=maybe(TEXT),
            )
        )
    ),
    "auth logout": shape(providers=many(shape(provider=SERVICE, deleted=TRUTH, revoked=TRUTH))),
    "sync": shape(providers=many(ref("source")), maybe_planned=many({"type": "object"}), maybe_dry_run=TRUTH),
    "import": shape(providers=many(ref("imported")), dry_run=TRUTH),
    "activities list": shape(activities=many(ref("activity"))),
    "activities show": joined(
        ACTIVITY,
        shape(
            sport=TEXT,
            texts=many(shape(provider=TEXT, field=TEXT, text=TEXT)),
            sets=many(
                shape(
                    active=TRUTH,
                    duration_s=maybe(AMOUNT),
                    reps=maybe(COUNT),
                    category=maybe(COUNT),
                    exercise=maybe(COUNT),
                    step_index=maybe(COUNT),
                    name=TEXT,
                )
            ),
            workout_ids=many(TEXT),
            rpe=SCORE,
            feel=maybe(COUNT),
            flagged=maybe(TEXT),
        ),
    ),
    "activities link": ref("activity"),
    "activities unlink": {"anyOf": [ref("activity"), shape(session_id=TEXT)]},
    "pain check": shape(
        state=one_of("tagged", "zero", "suspected", "none"),
        score=SCORE,
        side=SIDE,
        evidence=many(shape(provider=maybe(TEXT), field=maybe(TEXT), text=TEXT)),
    ),
    "pain list": shape(runs=many(SAID)),
    "pain set": SAID,
    "pain clear": SAID,
    "report": {"anyOf": [ref("week-report"), ref("physio-report")]},
    "evidence": {
        "anyOf": [
            ref("evidence"),
            shape(histories=many(joined(shape(id={"type": ["string", "integer"]}), EVIDENCE))),
        ]
    },
    "nightly": shape(
        steps=many(shape(name=TEXT, state=TEXT, detail=TEXT, seconds=AMOUNT)),
        providers=many(ref("source")),
        reports=many(shape(week=WEEK, path=TEXT, again=TRUTH)),
        questions=many(TEXT),
        log=maybe(TEXT),
    ),
    "schedule": shape(system=TEXT, files=CREATED),
    "schedule install": ACTS,
    "schedule remove": ACTS,
    "schedule status": shape(
        installed=TRUTH,
        systems={"type": "object"},
        last_run=maybe(shape(started=INSTANT, finished=maybe(INSTANT), exit_code=maybe(COUNT))),
        last_good=maybe(INSTANT),
    ),
    "db path": shape(path=TEXT, exists=TRUTH),
    "db backup": shape(path=TEXT),
    "db restore": shape(restored=TEXT, aside=maybe(TEXT)),
    "db export": shape(path=maybe(TEXT), rows=COUNT),
    "db forget": shape(
        deleted={"type": "object", "additionalProperties": COUNT},
        backups=COUNT,
        maybe_reports=COUNT,
        maybe_logs=COUNT,
    ),
    "init": shape(
        config=TEXT,
        written=TRUTH,
        timezone=TEXT,
        units=one_of("metric", "imperial"),
        delivery=shape(to=TEXT, ready=TRUTH, message=TEXT),
        plan=maybe(shape(days=many(TEXT), workout=TEXT)),
        signed_in=shape(garmin=TRUTH, strava=TRUTH),
        next_=many(TEXT),
    ),
    "doctor": shape(checks=many(shape(name=TEXT, state=TEXT, message=TEXT, hint=maybe(TEXT)))),
    "demo": shape(
        home=TEXT,
        watch=TEXT,
        fit_file=TEXT,
        report=TEXT,
        synthetic={"const": True},
        imports=many(ref("imported")),
        report_data=ref("week-report"),
    ),
}


def json_schema() -> str:
    """The schema as text."""
    done = {"properties": {"status": {"enum": ["success", "partial"]}}}
    cases = [
        {
            "if": {"properties": {"command": {"const": name}, **done["properties"]}},
            "then": {"properties": {"data": data}},
        }
        for name, data in COMMANDS.items()
    ]
    envelope = shape(
        schema={"const": "syncer/1"},
        command=TEXT,
        status=one_of("success", "partial", "error"),
        exit_code={"enum": [code.value for code in ExitCode]},
        data={"type": "object"},
        errors=many(ref("error")),
    )
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What syncer --json prints",
        **envelope,
        "allOf": cases,
        "$defs": SHAPES,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(json_schema(), encoding="utf-8")

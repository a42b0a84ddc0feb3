-- The first schema. The comments behind `--` are kept by SQLite and are the text of docs/reference/database.md.
-- Instants are whole microseconds since 1970-01-01 00:00 UTC (`…_us`), exact for ever and cheap to read; the runner's
-- own days are ISO dates. Nested values are JSON (`…_json`). Ids of providers are text. A start time is never unique.

CREATE TABLE recordings ( -- One provider's account of one activity, merged field by field from `recording_versions`.
  provider TEXT NOT NULL CHECK (provider <> ''), -- `garmin`, `strava` or `file`
  external_id TEXT NOT NULL CHECK (external_id <> ''), -- the provider's own id
  sport TEXT NOT NULL, -- family: `run`, `walk`, `hike`, `strength`, `workout`, `ride`, `swim`, `transition`, `other`
  sport_label TEXT NOT NULL, -- the provider's own word for the sport
  start_us INTEGER NOT NULL, -- when it began
  offset_s INTEGER NOT NULL, -- seconds to add to UTC for the runner's wall clock; 0 where it is not known
  offset_known INTEGER NOT NULL CHECK (offset_known IN (0, 1)), -- 1 when `offset_s` is the runner's own
  elapsed_s REAL, -- seconds from start to end
  timer_s REAL, -- seconds with the timer running
  distance_m REAL, -- metres
  notes_json TEXT NOT NULL, -- `[[field, text], …]`: name, description, private_note
  upload_id TEXT, -- Strava's `external_id`
  file_serial INTEGER, -- FIT `file_id.serial_number`
  file_created_us INTEGER, -- FIT `file_id.time_created`
  device TEXT, -- what recorded it
  manual INTEGER NOT NULL CHECK (manual IN (0, 1)), -- 1 when typed in by hand
  workout_id TEXT, -- the Garmin Connect workout that was followed
  training_serial INTEGER, -- serial number of the workout file that was followed
  training_created_us INTEGER, -- creation time of the workout file that was followed
  sets_json TEXT, -- list of sets; null when the provider does not tell sets
  rpe REAL, -- perceived exertion, 0-10
  feel INTEGER, -- Garmin's 0 (very weak) to 100 (very strong)
  start_hidden INTEGER NOT NULL CHECK (start_hidden IN (0, 1)), -- 1 when Strava hides the start time
  deleted_us INTEGER, -- tombstone: when it was found to be gone at its provider
  PRIMARY KEY (provider, external_id)
) STRICT;
CREATE INDEX recordings_by_start ON recordings (start_us);

CREATE TABLE recording_versions ( -- What each origin said of a recording. Kept apart, so that the order in which they come in does not matter.
  provider TEXT NOT NULL, -- as in `recordings`
  external_id TEXT NOT NULL, -- as in `recordings`
  origin TEXT NOT NULL, -- `list`, `detail` (live), `export` or `file`
  item TEXT NOT NULL, -- the import item that said so; empty for live data
  told_us INTEGER, -- the earliest instant at which the provider can have said so; null when unknown
  recording_json TEXT NOT NULL, -- the recording's fields that differ from their defaults
  PRIMARY KEY (provider, external_id, origin, item),
  FOREIGN KEY (provider, external_id) REFERENCES recordings ON DELETE CASCADE
) STRICT;

CREATE TABLE payloads ( -- What a provider or file said, verbatim, so that a better parser can read it again.
  provider TEXT NOT NULL, -- as in `recordings`
  external_id TEXT NOT NULL, -- as in `recordings`; the recording itself may be missing when nothing could be read
  part TEXT NOT NULL, -- `row`, `fit`, `list`, `detail`, `sets`
  sha256 TEXT NOT NULL, -- of the content, hexadecimal
  stored_us INTEGER NOT NULL, -- when this content came in
  content BLOB NOT NULL, -- zlib
  PRIMARY KEY (provider, external_id, part)
) STRICT;

CREATE TABLE import_items ( -- What was read from archives and folders; an unchanged item is not read again.
  source TEXT NOT NULL, -- which reader: `strava-export`, `garmin-export`, `fit`
  key TEXT NOT NULL, -- names the item inside its source
  fingerprint TEXT NOT NULL, -- changes with the content and with its parser
  skipped_json TEXT NOT NULL, -- what was left out of it and why: `[{reason, example, …}]`
  read_us INTEGER NOT NULL, -- when it was read
  PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE activities ( -- What was done: derived from recordings and what was said by hand; can be made again at any time.
  id TEXT NOT NULL PRIMARY KEY CHECK (id <> ''), -- short id of its first recording, such as `g12949443775`
  kind TEXT NOT NULL, -- `run`, `strength`, `other`
  sport TEXT NOT NULL, -- family, as in `recordings`
  start_us INTEGER NOT NULL, -- when it began
  offset_s INTEGER NOT NULL, -- seconds to add to UTC for the runner's wall clock
  local_date TEXT NOT NULL, -- the runner's day of the start
  elapsed_s REAL, -- seconds from start to end
  distance_m REAL, -- metres
  name TEXT, -- title
  texts_json TEXT NOT NULL, -- `[[provider, field, text], …]`: every text of every recording
  sets_json TEXT NOT NULL, -- list of sets
  workout_ids_json TEXT NOT NULL, -- Garmin Connect workouts that were followed
  training_files_json TEXT NOT NULL, -- `[[serial, time created], …]`: workout files that were followed
  rpe REAL, -- perceived exertion, 0-10
  feel INTEGER, -- 0-100
  band_walk INTEGER NOT NULL CHECK (band_walk IN (0, 1)), -- 1 when it holds lateral band walks
  pain_json TEXT, -- what is known of the knee: `{state, score, side, evidence, manual}`; null when nothing was said
  flagged TEXT -- a doubt about the match
) STRICT;
CREATE INDEX activities_by_day ON activities (local_date, start_us);

CREATE TABLE activity_recordings ( -- Which recordings are one activity, and why.
  provider TEXT NOT NULL, -- as in `recordings`
  external_id TEXT NOT NULL, -- as in `recordings`; a recording belongs to one activity
  activity_id TEXT NOT NULL REFERENCES activities ON DELETE CASCADE, -- the activity
  position INTEGER NOT NULL, -- order inside the activity, from 0
  rule TEXT NOT NULL, -- the rule that linked it; `self` for the first
  score REAL NOT NULL, -- 0-1, how sure the rule is
  counted INTEGER NOT NULL CHECK (counted IN (0, 1)), -- 0 for a double recording or split
  PRIMARY KEY (provider, external_id),
  FOREIGN KEY (provider, external_id) REFERENCES recordings
) STRICT;
CREATE INDEX activity_recordings_by_activity ON activity_recordings (activity_id, position);

CREATE TABLE hand_links ( -- `activities link` and `unlink`: two recordings are, or are not, one activity. The last word on a pair holds.
  first_provider TEXT NOT NULL, -- the smaller key of the pair
  first_id TEXT NOT NULL, -- the smaller key of the pair
  second_provider TEXT NOT NULL, -- the larger key of the pair
  second_id TEXT NOT NULL, -- the larger key of the pair
  together INTEGER NOT NULL CHECK (together IN (0, 1)), -- 1 linked, 0 unlinked
  said_us INTEGER NOT NULL, -- when it was said
  PRIMARY KEY (first_provider, first_id, second_provider, second_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE hand_pain ( -- `pain set`: beats every text and survives every sync.
  provider TEXT NOT NULL, -- as in `recordings`
  external_id TEXT NOT NULL, -- as in `recordings`
  state TEXT NOT NULL, -- `tagged`, `zero`
  score REAL, -- 0-10
  side TEXT, -- `left`, `right`, `both`
  said_us INTEGER NOT NULL, -- when it was said
  PRIMARY KEY (provider, external_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE hand_sessions ( -- By hand: this activity was that planned session.
  session_id TEXT NOT NULL PRIMARY KEY, -- `<date>-<workout>`
  provider TEXT NOT NULL, -- a recording of the activity
  external_id TEXT NOT NULL, -- a recording of the activity
  said_us INTEGER NOT NULL -- when it was said
) STRICT, WITHOUT ROWID;

CREATE TABLE plan_rules ( -- `plan set`: every rule ever said. Of several for one workout from one day on, the last said holds.
  id INTEGER PRIMARY KEY, -- order of saying
  effective_from TEXT NOT NULL, -- from this day on, until the next rule
  weekdays TEXT NOT NULL, -- `0,2,4`: 0 is Monday; empty ends the plan
  workout TEXT NOT NULL, -- the template
  level TEXT, -- overrides the progression
  said_us INTEGER NOT NULL -- when it was said
) STRICT;

CREATE TABLE pauses ( -- `plan pause`: the plan rests on these days.
  id INTEGER PRIMARY KEY, -- order of saying
  first_day TEXT NOT NULL, -- first day of rest
  last_day TEXT NOT NULL CHECK (last_day >= first_day), -- last day of rest
  reason TEXT NOT NULL, -- `ill`, `travel`, `sore`, `rest`, …
  said_us INTEGER NOT NULL, -- when it was said
  withdrawn_us INTEGER -- when `plan resume` took it back before it began; null while it holds
) STRICT;

CREATE TABLE excuses ( -- `plan excuse`: why a session was missed.
  session_id TEXT NOT NULL PRIMARY KEY, -- `<date>-<workout>`
  reason TEXT NOT NULL, -- `ill`, `travel`, `no-time`, `forgot`, `sore`, `rest`
  said_us INTEGER NOT NULL -- when it was said
) STRICT, WITHOUT ROWID;

CREATE TABLE pushes ( -- Workouts put on a watch, in a folder or in Garmin Connect. The intent is written before the act.
  id INTEGER PRIMARY KEY, -- order of pushing
  target TEXT NOT NULL, -- `usb`, `connect` or `path`
  device TEXT NOT NULL, -- which watch, folder or account; empty when there is only one
  workout TEXT NOT NULL, -- the template
  level TEXT NOT NULL, -- the level's name
  why TEXT NOT NULL, -- the rule and numbers that chose the level
  session_date TEXT, -- the planned day it was pushed for
  sha256 TEXT NOT NULL, -- of the file, or of Connect's JSON
  serial INTEGER, -- FIT `file_id.serial_number` of the workout file
  file_created_us INTEGER, -- FIT `file_id.time_created` of the workout file
  connect_id TEXT, -- Garmin Connect's workout id
  phase TEXT NOT NULL, -- `intended`, `confirmed` (read back), `failed` (known not to be there), `removed`
  intended_us INTEGER NOT NULL, -- when the act was about to begin
  settled_us INTEGER, -- when the phase last changed; null while only intended
  error TEXT NOT NULL -- what went wrong; empty when nothing did
) STRICT;
CREATE INDEX pushes_by_target ON pushes (target, device, workout);

CREATE TABLE schedule_entries ( -- Days on Garmin Connect's calendar that this program asked for.
  id INTEGER PRIMARY KEY, -- order of asking
  connect_id TEXT NOT NULL, -- Garmin Connect's workout id
  day TEXT NOT NULL, -- the planned day
  schedule_id TEXT, -- Garmin Connect's id of the entry
  phase TEXT NOT NULL, -- as in `pushes`
  intended_us INTEGER NOT NULL, -- when the act was about to begin
  settled_us INTEGER, -- when the phase last changed
  error TEXT NOT NULL, -- what went wrong; empty when nothing did
  by_hand INTEGER NOT NULL, -- 1 when the runner named the day (`push --date`) and the plan did not
  activity_id TEXT -- the Garmin activity that Connect associates with the entry: the session was done
) STRICT;
CREATE INDEX schedule_entries_by_day ON schedule_entries (day);

CREATE TABLE sync_state ( -- Where the sync of each provider stands.
  provider TEXT NOT NULL PRIMARY KEY, -- `garmin`, `strava`
  cursor TEXT, -- where an unfinished listing goes on, in the sync's own words
  first_day TEXT, -- the days that were listed whole: first
  last_day TEXT, -- the days that were listed whole: last
  retry_us INTEGER, -- no request before this instant
  code TEXT -- why the last run stopped early
) STRICT, WITHOUT ROWID;

CREATE TABLE pending_details ( -- Details that still have to be asked for.
  provider TEXT NOT NULL, -- as in `recordings`
  external_id TEXT NOT NULL, -- as in `recordings`
  part TEXT NOT NULL, -- `detail`, `sets`, `fit`
  attempts INTEGER NOT NULL, -- how often it failed
  next_us INTEGER, -- not before this instant
  error TEXT NOT NULL, -- why it failed last
  gave_up_us INTEGER, -- when it was given up; null while it is still tried
  PRIMARY KEY (provider, external_id, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE runs ( -- The log of runs of this program that change something.
  id INTEGER PRIMARY KEY, -- order of starting
  command TEXT NOT NULL, -- `sync`, `import`, `nightly`, …
  started_us INTEGER NOT NULL, -- when it started
  finished_us INTEGER, -- when it finished; null while it runs, or when it was killed
  status TEXT, -- `success`, `partial`, `error`
  exit_code INTEGER, -- as in docs/reference/exit-codes.md
  message TEXT NOT NULL -- one sentence; empty when all is well
) STRICT;
CREATE INDEX runs_by_command ON runs (command, exit_code, started_us);

CREATE TABLE run_sources ( -- What one run did with one source.
  run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, -- the run
  source TEXT NOT NULL, -- `garmin`, `strava`, `files`
  state TEXT NOT NULL, -- `ok`, `partial`, `skipped`, `failed`
  code TEXT, -- why, where it is not `ok`
  finished_us INTEGER NOT NULL, -- when this source was done; of the last `ok`, what reports call "data as of"
  counts_json TEXT NOT NULL, -- `{"listed": 3, "added": 1, …}`
  PRIMARY KEY (run_id, source)
) STRICT;
CREATE INDEX run_sources_by_source ON run_sources (source, state, finished_us);

CREATE TABLE verdicts ( -- Each week's verdict of the statistics.
  week TEXT NOT NULL PRIMARY KEY, -- ISO week, `2026-W47`
  verdict TEXT NOT NULL, -- `not_enough_data`, `no_pattern`, `watch`, `pattern`
  p_value REAL, -- of the replay test
  as_of TEXT NOT NULL, -- the last day of data that it knew
  kept_us INTEGER NOT NULL -- when it was written
) STRICT, WITHOUT ROWID;

CREATE TABLE questions ( -- What the runner was asked. Nothing is asked twice.
  kind TEXT NOT NULL, -- `excuse`, `pain`
  subject TEXT NOT NULL, -- the session or activity that it was about
  asked_us INTEGER NOT NULL, -- when
  PRIMARY KEY (kind, subject)
) STRICT, WITHOUT ROWID;

CREATE TABLE meta ( -- Small facts about this database.
  key TEXT NOT NULL PRIMARY KEY, -- such as `derivation`: the version of the rules that made `activities`
  value TEXT NOT NULL -- its value
) STRICT, WITHOUT ROWID;

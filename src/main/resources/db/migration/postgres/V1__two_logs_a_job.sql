-- As for SQLite, in PostgreSQL's types. What is sorted or compared is so byte by byte, whatever the database's locale.
-- Times are microseconds since 1970-01-01T00:00Z. Indexes and counts are numbers of tasks.

-- As in SQLite, so that a query has one text.
CREATE FUNCTION instr(text, text) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN position($2 IN $1);

-- The running services on this database. A node is there until its lease has run out by the clock of the database; then
-- others take over its jobs.
CREATE TABLE nodes (
  id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  name        TEXT NOT NULL, -- for people
  roles       TEXT NOT NULL, -- with commas between
  version     TEXT NOT NULL,
  key         TEXT NOT NULL, -- what tells its key from another one, and no more; empty: not said yet
  url         TEXT, -- where other nodes reach it, if they do
  started_at  TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  lease_until TIMESTAMPTZ NOT NULL
);

-- What changes while a job runs; small, since every append rewrites the row.
CREATE TABLE jobs (
  id          TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
  caller      TEXT COLLATE "C"    NOT NULL,
  function    TEXT    NOT NULL, -- its label, for lists
  state       TEXT    NOT NULL,
  reason      TEXT,             -- why it is in this state, where that does not speak for itself
  reason_message TEXT,
  open        BOOLEAN NOT NULL DEFAULT false, -- while it receives, it outlives its sender
  total       INTEGER NOT NULL,
  succeeded   INTEGER NOT NULL DEFAULT 0,
  failed      INTEGER NOT NULL DEFAULT 0,
  crashed     INTEGER NOT NULL DEFAULT 0,
  timed_out   INTEGER NOT NULL DEFAULT 0,
  cancelled   INTEGER NOT NULL DEFAULT 0,
  skipped     INTEGER NOT NULL DEFAULT 0,
  created_at  BIGINT NOT NULL,
  started_at  BIGINT,
  ended_at    BIGINT,
  webhooks    INTEGER NOT NULL DEFAULT 0, -- how many are told
  owner       TEXT    NOT NULL, -- the node that runs it
  epoch       BIGINT NOT NULL, -- who writes with an older one is not its owner any more
  retention   BIGINT,          -- how long it is kept after its end, microseconds; none: until it is deleted
  remove_at   BIGINT GENERATED ALWAYS AS (ended_at + retention) STORED,
  CHECK (succeeded + failed + crashed + timed_out + cancelled + skipped <= total),
  CHECK ((ended_at IS NOT NULL) = (state IN ('succeeded', 'failed', 'cancelled', 'expired')))
);

CREATE INDEX jobs_unfinished ON jobs (owner, id) WHERE ended_at IS NULL;

CREATE INDEX jobs_to_remove ON jobs (remove_at) WHERE remove_at IS NOT NULL;

-- What was asked for, as JSON. Apart from jobs: a spec may have a megabyte of source.
CREATE TABLE job_specs (
  job_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
  spec   BYTEA NOT NULL
);

-- Jobs whose inputs still arrive: how many have. Nobody sees them yet, so they have no row in jobs.
CREATE TABLE staged (
  job_id TEXT COLLATE "C"    NOT NULL PRIMARY KEY,
  owner  TEXT    NOT NULL, -- the node to which they are sent
  inputs INTEGER NOT NULL CHECK (inputs > 0)
);

-- Jobs that are gone for everyone, of which blocks remain to be deleted.
CREATE TABLE leftovers (
  job_id TEXT COLLATE "C" NOT NULL PRIMARY KEY
);

-- The blocks name their job without a foreign key: staged ones come before it, leftovers stay after it.
CREATE TABLE input_blocks (
  job_id      TEXT COLLATE "C"    NOT NULL,
  first_index INTEGER NOT NULL,
  count       INTEGER NOT NULL CHECK (count > 0),
  inputs      BYTEA    NOT NULL, -- JSON lines
  function    INTEGER NOT NULL DEFAULT 0, -- which of the job's functions runs on them
  PRIMARY KEY (job_id, first_index)
);

CREATE TABLE result_blocks (
  job_id      TEXT COLLATE "C"    NOT NULL,
  seq         BIGINT  NOT NULL, -- how many tasks of the job had ended before
  first_index INTEGER NOT NULL,
  count       INTEGER NOT NULL CHECK (count > 0),
  outcome     TEXT,             -- of tasks that ended without a run; they have none of the rest
  attempt     INTEGER,
  worker      TEXT,
  started_at  BIGINT,
  ended_at    BIGINT,
  times       BYTEA,             -- spans of run times, as RunTimes encodes them
  failures    BYTEA,             -- JSON, where there are any
  output      BYTEA,             -- JSON, where there is any
  "values"    BYTEA,             -- JSON lines
  large       BYTEA,             -- JSON, where there are any: values that are kept below, null in their line
  PRIMARY KEY (job_id, seq),
  UNIQUE (job_id, first_index)
);

-- Submissions, retries and additions of the last day that named a key: who sends the same again gets the same answer. A row may
-- outlive its job, so that nobody makes it a second time.
CREATE TABLE idempotency_keys (
  caller      TEXT COLLATE "C"    NOT NULL,
  key         TEXT COLLATE "C"    NOT NULL,
  job_id      TEXT COLLATE "C"    NOT NULL,
  fingerprint BYTEA,             -- SHA-256 of what was sent; none: it has not come to its end
  first_index INTEGER,          -- of inputs that were added to a job that was there: the first
  count       INTEGER,          -- and how many
  answer      BYTEA,            -- the first answer; none: it was not given before the service ended
  created_at  BIGINT NOT NULL,
  PRIMARY KEY (caller, key)
);

CREATE INDEX idempotency_keys_expiring ON idempotency_keys (created_at);

CREATE INDEX idempotency_keys_begun ON idempotency_keys (job_id) WHERE fingerprint IS NULL;

-- What tasks of many jobs share: how many may run at once, how many may start in a time, or both.
CREATE TABLE limits (
  name    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  permits INTEGER CHECK (permits > 0),
  rate    TEXT,                 -- such as 100/s
  made_by TEXT COLLATE "C",  -- a job that brought it along, as long as nobody else has wanted it
  CHECK (permits IS NOT NULL OR rate IS NOT NULL)
);

-- Values that are too long for a result block, in pieces of 256 KiB. Like the blocks without a foreign key.
CREATE TABLE large_values (
  job_id TEXT COLLATE "C"    NOT NULL,
  task   INTEGER NOT NULL,
  piece  INTEGER NOT NULL,
  bytes  BYTEA    NOT NULL,
  PRIMARY KEY (job_id, task, piece)
);

-- Unfinished jobs that wait for the end, or need the values, of other jobs: these are not removed.
CREATE TABLE dependencies (
  job_id     TEXT COLLATE "C" NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  depends_on TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (job_id, depends_on)
);

CREATE INDEX dependencies_on ON dependencies (depends_on);

-- Who is told what happens to a job: its spec's webhooks, where they are found without reading it.
CREATE TABLE webhooks (
  job_id TEXT COLLATE "C"    NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  place  INTEGER NOT NULL,
  url    TEXT    NOT NULL,
  secret TEXT    NOT NULL,
  events TEXT    NOT NULL, -- with spaces between; empty: all
  gone   BOOLEAN NOT NULL DEFAULT FALSE, -- it said that it wants nothing more
  PRIMARY KEY (job_id, place)
);

-- What they are told, written in the transaction that makes it so, and how far it has got.
CREATE TABLE deliveries (
  place      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- about in order of commit
  id         TEXT COLLATE "C"    NOT NULL UNIQUE,
  job_id     TEXT COLLATE "C"    NOT NULL,
  webhook    INTEGER NOT NULL,
  event      TEXT    NOT NULL,
  body       BYTEA    NOT NULL,
  state      TEXT    NOT NULL DEFAULT 'pending',
  created_at BIGINT NOT NULL,
  due_at     BIGINT,             -- when it is tried next; none once it is at its end
  FOREIGN KEY (job_id, webhook) REFERENCES webhooks (job_id, place) ON DELETE CASCADE,
  CHECK ((due_at IS NULL) = (state <> 'pending'))
);

CREATE INDEX deliveries_of_job ON deliveries (job_id, webhook);
CREATE INDEX deliveries_due ON deliveries (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE delivery_attempts (
  delivery TEXT COLLATE "C"    NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
  attempt  INTEGER NOT NULL,
  at       BIGINT NOT NULL,
  took     BIGINT NOT NULL,      -- microseconds
  status   INTEGER,               -- of the answer, if one came
  error    TEXT,                  -- why none came
  PRIMARY KEY (delivery, attempt)
);

-- The labels of jobs, where jobs are found by them: in the order of a list.
CREATE TABLE job_labels (
  name   TEXT COLLATE "C" NOT NULL,
  value  TEXT COLLATE "C" NOT NULL,
  job_id TEXT COLLATE "C" NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  PRIMARY KEY (name, value, job_id)
);

CREATE INDEX job_labels_of ON job_labels (job_id);

-- The clients' own names of tasks, a block for each block of inputs of a job that has any. Like the blocks
-- without a foreign key.
CREATE TABLE custom_ids (
  job_id      TEXT COLLATE "C"    NOT NULL,
  first_index INTEGER NOT NULL,
  count       INTEGER NOT NULL CHECK (count > 0),
  ids         BYTEA    NOT NULL, -- lines of JSON strings; an empty line: the task has none
  PRIMARY KEY (job_id, first_index)
);

-- The labels of the functions of jobs that have several.
CREATE TABLE job_functions (
  job_id   TEXT COLLATE "C" NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  function TEXT NOT NULL,
  PRIMARY KEY (job_id, function)
);

-- Tasks that workers have, of jobs whose tasks may run only once: on disk before a worker gets them.
CREATE TABLE handed (
  job_id      TEXT COLLATE "C"    NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  chunk       BIGINT NOT NULL, -- its number since the start of the service
  first_index INTEGER NOT NULL,
  count       INTEGER NOT NULL CHECK (count > 0),
  PRIMARY KEY (job_id, chunk)
);

-- What one node at a time does for all: whoever takes over its jobs takes its duties.
CREATE TABLE duties (
  name TEXT NOT NULL PRIMARY KEY,
  node TEXT NOT NULL
);

-- SPDX-License-Identifier: GPL-3.0-or-later
-- The outbox of cdswalk, version 1: a schema of its own in a database of the registry. cdswalk puts DS changes into it; a
-- program of the registry applies them to the registry's own tables and says here what became of each.
--
-- Once, as somebody who may create schemas and roles:
--     psql -X -v ON_ERROR_STOP=1 -f outbox.sql
--     GRANT cdswalk_sink TO the_login_of_cdswalk;
--     GRANT cdswalk_registry TO the_login_of_the_program_of_the_registry;
BEGIN;

-- Roles belong to the whole cluster: another database may have made them.
DO $$ BEGIN
	IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'cdswalk_sink') THEN
		CREATE ROLE cdswalk_sink NOLOGIN;
	END IF;
	IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'cdswalk_registry') THEN
		CREATE ROLE cdswalk_registry NOLOGIN;
	END IF;
END $$;

CREATE SCHEMA cdswalk;

CREATE TABLE cdswalk.outbox (version integer NOT NULL);
INSERT INTO cdswalk.outbox VALUES (1);

-- Written by cdswalk once, and never changed. DS records are "TAG ALGORITHM TYPE DIGEST" with the digest in upper case, names end
-- with a dot.
CREATE TABLE cdswalk.change (
	id text PRIMARY KEY,                  -- store/epoch/number
	hash text NOT NULL,                   -- of the event in cdswalk's journal: an id that comes with another is another change
	seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,        -- the order to apply them in
	inserted_at timestamptz NOT NULL DEFAULT now(),
	parent text NOT NULL,
	child text NOT NULL,
	class text NOT NULL,                  -- initial, swap, algorithm-roll, delete, ttl, ...
	ds_before text[] NOT NULL,            -- what the parent has, when the change was put here
	ds_pending text[],                    -- or what it may have by then: of an earlier change, still on its way
	ds_after text[] NOT NULL,             -- what it shall have; empty: no DS set
	ds_ttl integer,                       -- of the DS set; NULL: the registry's own
	ns_before text[] NOT NULL,            -- the name servers that the change was judged against
	registrar text,                       -- as the source has told them; NULL: it has not
	registration text,
	supersedes text,                      -- id of an earlier change of the child that this one replaces
	judged_at timestamptz NOT NULL,
	judged_case text NOT NULL,            -- for cdswalk judge --case
	generation bigint NOT NULL
);
CREATE INDEX change_of_child ON cdswalk.change (child, seq);

-- Written by the registry, in the transaction that applies the change: the primary key lets it happen once. What was refused or in
-- conflict and may be so no more is due again when its row here is deleted.
CREATE TABLE cdswalk.result (
	id text PRIMARY KEY REFERENCES cdswalk.change (id),
	outcome text NOT NULL CHECK (outcome IN ('applied', 'refused', 'conflict')),
	why text,                             -- for people
	told_at timestamptz NOT NULL DEFAULT now()
);

-- What the registry has to look at, in this order. What a later change of the same child has overtaken is not in it.
CREATE VIEW cdswalk.due AS
	SELECT c.* FROM cdswalk.change c
	WHERE NOT EXISTS (SELECT FROM cdswalk.result r WHERE r.id = c.id)
		AND NOT EXISTS (SELECT FROM cdswalk.change n WHERE n.child = c.child AND n.seq > c.seq)
	ORDER BY c.seq;

-- Sets: no order, no case, no doubles. NULL is none, not the empty one.
CREATE FUNCTION cdswalk.as_set(list text[]) RETURNS text[]
	LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT ARRAY(SELECT DISTINCT upper(x) FROM unnest(list) AS x ORDER BY 1) $$;

-- The compare in compare-and-set. ds and ns are what the registry has for the child now; lock its row first.
-- apply: set the DS set to ds_after; applied: it is that already; conflict: it is something else, leave it alone.
CREATE FUNCTION cdswalk.compare(c cdswalk.change, ds text[], ns text[]) RETURNS text
	LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE
		WHEN cdswalk.as_set(ns) IS DISTINCT FROM cdswalk.as_set(c.ns_before) THEN 'conflict'
		WHEN cdswalk.as_set(ds) = cdswalk.as_set(c.ds_after) THEN 'applied'
		WHEN cdswalk.as_set(ds) = cdswalk.as_set(c.ds_before) THEN 'apply'
		WHEN cdswalk.as_set(ds) = cdswalk.as_set(c.ds_pending) THEN 'apply'
		ELSE 'conflict'
	END $$;

REVOKE ALL ON SCHEMA cdswalk FROM PUBLIC;
GRANT USAGE ON SCHEMA cdswalk TO cdswalk_sink, cdswalk_registry;
-- cdswalk can add changes and read; it can change and remove nothing, not even its own. The registry can take its own word back.
GRANT SELECT ON cdswalk.outbox, cdswalk.result TO cdswalk_sink;
GRANT SELECT, INSERT ON cdswalk.change TO cdswalk_sink;
GRANT SELECT ON cdswalk.outbox, cdswalk.change, cdswalk.due TO cdswalk_registry;
GRANT SELECT, INSERT, DELETE ON cdswalk.result TO cdswalk_registry;

COMMIT;

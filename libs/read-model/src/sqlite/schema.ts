/** Generations of the documents; each has its own tables, named by its id. */
export const MIGRATIONS = [
  `CREATE TABLE read_model_generations (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     active INTEGER NOT NULL CHECK (active IN (0, 1))
   ) STRICT`,
];

const INDEXES = [
  ['id', 'id'],
  ['name', 'name, id'],
  ['status', 'status, id'],
  ['createdAt', 'createdAt, id'],
  ['updatedAt', 'updatedAt, id'],
  ['status_name', 'status, name, id'],
  ['status_createdAt', 'status, createdAt, id'],
  ['status_updatedAt', 'status, updatedAt, id'],
] as const;

/**
 * The tables of a generation. `jobs` is narrow, for what is listed and searched; `documents` holds the JSON.
 *
 * There is an index for each sort, with and without a status; all are partial, so tombstones are in none. All end with
 * the id, the tie-break, and the search text, so that a search walks them without a look at the table. `counts` are kept by triggers, since counting 100,000 entries takes longer than a
 * page. The trigram index holds no text of its own.
 */
export const createTables = (g: number): string => `
  CREATE TABLE jobs_${g} (
    id INTEGER PRIMARY KEY,
    revision INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    createdAt TEXT NOT NULL,
    updatedAt TEXT NOT NULL,
    fileCount INTEGER NOT NULL,
    search TEXT NOT NULL
  ) STRICT;
  CREATE TABLE documents_${g} (id INTEGER PRIMARY KEY, document TEXT NOT NULL) STRICT;

${INDEXES.map(
  ([name, columns]) => `
  CREATE INDEX jobs_${g}_${name} ON jobs_${g} (${columns}, search) WHERE deleted = 0;`,
).join('')}

  CREATE TABLE counts_${g} (status TEXT PRIMARY KEY, jobs INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TRIGGER count_added_${g} AFTER INSERT ON jobs_${g} WHEN NEW.deleted = 0 BEGIN
    INSERT INTO counts_${g} VALUES (NEW.status, 1) ON CONFLICT (status) DO UPDATE SET jobs = jobs + 1;
  END;
  CREATE TRIGGER count_changed_${g} AFTER UPDATE OF status, deleted ON jobs_${g}
  WHEN OLD.status <> NEW.status OR OLD.deleted <> NEW.deleted BEGIN
    UPDATE counts_${g} SET jobs = jobs - 1 WHERE status = OLD.status AND OLD.deleted = 0;
    INSERT INTO counts_${g} SELECT NEW.status, 1 WHERE NEW.deleted = 0
      ON CONFLICT (status) DO UPDATE SET jobs = jobs + 1;
  END;

  CREATE VIRTUAL TABLE matches_${g} USING fts5 (
    search, content = 'jobs_${g}', content_rowid = 'id', tokenize = 'trigram case_sensitive 1'
  );
  INSERT INTO matches_${g} (matches_${g}, rank) VALUES ('secure-delete', 1);
  CREATE TRIGGER match_added_${g} AFTER INSERT ON jobs_${g} BEGIN
    INSERT INTO matches_${g} (rowid, search) VALUES (NEW.id, NEW.search);
  END;
  CREATE TRIGGER match_changed_${g} AFTER UPDATE OF search ON jobs_${g} WHEN OLD.search <> NEW.search BEGIN
    INSERT INTO matches_${g} (matches_${g}, rowid, search) VALUES ('delete', OLD.id, OLD.search);
    INSERT INTO matches_${g} (rowid, search) VALUES (NEW.id, NEW.search);
  END;
`;

export const dropTables = (g: number): string => `
  DROP TABLE IF EXISTS matches_${g};
  DROP TABLE IF EXISTS jobs_${g};
  DROP TABLE IF EXISTS documents_${g};
  DROP TABLE IF EXISTS counts_${g};
`;

/**
 * Generations of the documents; each has its own tables, named by its id. Version 1 was that of releases before 0.2.0,
 * which kept the executions in their job's document.
 */
export const FIRST_VERSION = { firstVersion: 2, since: '0.2.0' };
export const MIGRATIONS = [
  `CREATE TABLE read_model_generations (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     active INTEGER NOT NULL CHECK (active IN (0, 1))
   ) STRICT`,
];

/** By name, the columns that a list of jobs is ordered by, after those that all of it has in common. */
const JOB_INDEXES = {
  id: 'id',
  name: 'name, id',
  status: 'status, id',
  createdAt: 'createdAt, id',
  updatedAt: 'updatedAt, id',
  status_name: 'status, name, id',
  status_createdAt: 'status, createdAt, id',
  status_updatedAt: 'status, updatedAt, id',
};

/** By name, what the executions of a list have in common beside their tenant. */
const EXECUTION_INDEXES = { all: '', status: 'status, ', provider: 'provider, ', errorCode: 'errorCode, ' };

const indexes = (table: string, columns: Readonly<Record<string, string>>, shown: string): string =>
  Object.entries(columns)
    .map(([name, own]) => `CREATE INDEX ${table}_${name} ON ${table} (tenant, ${own}) WHERE ${shown};`)
    .join('\n');

/**
 * The tables of a generation. `document` is what a row stands for, as JSON; the other columns are what it is found by.
 *
 * There is an index for each list, which begins with the tenant and ends with the ids, the tie-break; it leaves out
 * what is in no list. `unfinished` alone is of all tenants, for the housekeeper. `counts` are kept, since counting
 * 100,000 entries takes longer than a page. The trigram index holds no text of its own. Whoever writes a job keeps both
 * up to date: with triggers SQLite would keep a journal of every page that a statement touches.
 */
export const createTables = (g: number): string => `
  CREATE TABLE jobs_${g} (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    tenant TEXT NOT NULL,
    deleted INTEGER NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    createdAt TEXT NOT NULL,
    updatedAt TEXT NOT NULL,
    fileCount INTEGER NOT NULL,
    search TEXT NOT NULL,
    document TEXT NOT NULL
  ) STRICT;
  ${indexes(`jobs_${g}`, JOB_INDEXES, 'deleted = 0')}

  CREATE TABLE counts_${g} (
    tenant TEXT NOT NULL, status TEXT NOT NULL, jobs INTEGER NOT NULL, PRIMARY KEY (tenant, status)
  ) STRICT, WITHOUT ROWID;
  CREATE VIRTUAL TABLE matches_${g} USING fts5 (
    search, content = 'jobs_${g}', content_rowid = 'id', columnsize = 0, tokenize = 'trigram case_sensitive 1'
  );
  INSERT INTO matches_${g} (matches_${g}, rank) VALUES ('secure-delete', 1);

  CREATE TABLE executions_${g} (
    jobId INTEGER NOT NULL,
    id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    tenant TEXT NOT NULL,
    removed INTEGER NOT NULL,
    status TEXT NOT NULL,
    provider TEXT NOT NULL,
    errorCode TEXT,
    attempt INTEGER NOT NULL,
    createdAt TEXT NOT NULL,
    updatedAt TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (jobId, id)
  ) STRICT, WITHOUT ROWID;
  ${Object.entries(EXECUTION_INDEXES)
    .map(
      ([name, own]) => `
  CREATE INDEX executions_${g}_${name} ON executions_${g} (tenant, ${own}createdAt, jobId, id)
    WHERE removed = 0${name === 'errorCode' ? ' AND errorCode IS NOT NULL' : ''};`,
    )
    .join('')}
  CREATE INDEX executions_${g}_unfinished ON executions_${g} (createdAt, jobId, id)
    WHERE status IN ('pending', 'running');
`;

export const dropTables = (g: number): string => `
  DROP TABLE IF EXISTS matches_${g};
  DROP TABLE IF EXISTS jobs_${g};
  DROP TABLE IF EXISTS counts_${g};
  DROP TABLE IF EXISTS executions_${g};
`;

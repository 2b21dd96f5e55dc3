CREATE TABLE connection (
    id          INTEGER PRIMARY KEY,
    uuid        BLOB NOT NULL UNIQUE,
    -- capitals aside
    folded_name TEXT NOT NULL UNIQUE,
    -- what plain text is looked for in: name and folder
    searched    TEXT NOT NULL,
    settings    TEXT NOT NULL,
    -- when every VM in table vm was true, whatever its own row says
    list_as_of  INTEGER
);
CREATE TABLE vm (
    id            INTEGER PRIMARY KEY,
    connection    INTEGER NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    key           TEXT NOT NULL,
    provider      TEXT NOT NULL,
    name          TEXT NOT NULL,
    state         TEXT NOT NULL,
    reason        TEXT,
    persistent    INTEGER NOT NULL,
    autostart     INTEGER,
    has_snapshots INTEGER,
    as_of         INTEGER NOT NULL,
    details_as_of INTEGER,
    ips           TEXT NOT NULL,
    details       TEXT,
    UNIQUE (connection, key)
);
CREATE TABLE definition (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    connection INTEGER NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    key        TEXT NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen  INTEGER NOT NULL,
    text       TEXT NOT NULL
);
CREATE INDEX definition_of ON definition (connection, key, id);
CREATE TABLE note (
    connection INTEGER NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    key        TEXT NOT NULL,
    text       TEXT NOT NULL,
    PRIMARY KEY (connection, key)
) WITHOUT ROWID;
CREATE TABLE vm_text (
    vm   INTEGER PRIMARY KEY REFERENCES vm (id) ON DELETE CASCADE,
    text TEXT NOT NULL
);
CREATE VIRTUAL TABLE vm_search USING fts5 (
    text, content = 'vm_text', content_rowid = 'vm',
    tokenize = 'trigram case_sensitive 1', detail = none, columnsize = 0
);
CREATE TRIGGER vm_text_added AFTER INSERT ON vm_text BEGIN
    INSERT INTO vm_search (rowid, text) VALUES (new.vm, new.text);
END;
CREATE TRIGGER vm_text_removed AFTER DELETE ON vm_text BEGIN
    INSERT INTO vm_search (vm_search, rowid, text) VALUES ('delete', old.vm, old.text);
END;
CREATE TRIGGER vm_text_changed AFTER UPDATE ON vm_text BEGIN
    INSERT INTO vm_search (vm_search, rowid, text) VALUES ('delete', old.vm, old.text);
    INSERT INTO vm_search (rowid, text) VALUES (new.vm, new.text);
END;
CREATE TABLE task (
    id               INTEGER PRIMARY KEY,
    uuid             BLOB NOT NULL UNIQUE,
    instance         BLOB NOT NULL,
    unfinished       INTEGER NOT NULL,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    created_at       INTEGER NOT NULL,
    -- no foreign keys: the VM may be gone
    connection       BLOB NOT NULL,
    key              TEXT NOT NULL,
    task             TEXT NOT NULL
);
CREATE INDEX task_by_time ON task (created_at, id);
CREATE INDEX task_unfinished ON task (instance) WHERE unfinished;
CREATE INDEX task_of_vm ON task (connection, key, created_at, id);
CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO connection VALUES (1, X'00000000000000000000000000000001', 'zürich', 'zürichfrankfurt', '{"name":"Zürich","uri":"fake://Zürich","folder":"Frankfurt","access":"read_only","startup":"manual","key_file":null,"remote_socket":null}', 1795435200000000000);
INSERT INTO vm VALUES (1, 1, 'web', 'fake', 'web ''quoted''', 'shut_off', NULL, 1, NULL, NULL, 1795435200000000000, NULL, '[]', '{"title":"","description":"","tags":["prod"],"uuid":null,"vcpus":null,"vcpus_max":null,"memory":4294967296,"memory_max":null,"os":null,"disks":[],"nics":[],"displays":[],"has_agent_channel":false}');
INSERT INTO definition VALUES (1, 1, 'web', 1795435200000000000, 1795435200000000000, '<domain/>');
INSERT INTO definition VALUES (2, 1, 'web', 1795435200000000000, 1795435200000000000, '<domain>
  <new/>
</domain>');
INSERT INTO note VALUES (1, 'web', 'ask Mei');
INSERT INTO vm_text VALUES (1, 'web ''quoted''ask meiprod');
INSERT INTO task VALUES (1, X'00000000000000000000000000000001', X'44E083279FF44A4CB2754ACE760A284F', 1, 0, 1795435200000000000, X'00000000000000000000000000000001', 'web', '{"id":"00000000-0000-0000-0000-000000000001","batch":null,"vm":"00000000-0000-0000-0000-000000000001/web","vm_name":"web","connection_name":"host","command":{"do":"start"},"origin":"window","asked_by":"mei","status":"running","step":null,"fraction":null,"error":null,"created_at":"2026-11-23T12:00:00Z","started_at":null,"ended_at":null}');
INSERT INTO setting VALUES ('timeout', '120');
PRAGMA application_id = 1231973995;
PRAGMA user_version = 8;

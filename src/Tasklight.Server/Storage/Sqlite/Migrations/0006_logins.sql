-- Logins of end users to MCP servers (docs/tools.md). agent_id is empty where all agents share the login. Secrets are sealed.
CREATE TABLE logins (
    organization_id TEXT NOT NULL,
    agent_id        TEXT NOT NULL,
    user_id         TEXT NOT NULL,
    server          TEXT NOT NULL,
    version         INTEGER NOT NULL CHECK (version >= 1),
    updated_at      INTEGER NOT NULL,
    secrets         BLOB NOT NULL,
    PRIMARY KEY (organization_id, agent_id, user_id, server)
) STRICT, WITHOUT ROWID;

-- Pages to log in. id is the hash of the state; state: 0 open, 1 taken, 2 failed, 3 done.
CREATE TABLE login_attempts (
    organization_id TEXT NOT NULL,
    id              TEXT NOT NULL,
    agent_id        TEXT NOT NULL,
    user_id         TEXT NOT NULL,
    server          TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    state           INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
    problem         TEXT,
    secrets         BLOB,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT secrets_only_while_open CHECK ((secrets IS NOT NULL) = (state = 0)),
    CONSTRAINT problem_only_if_failed CHECK ((problem IS NOT NULL) = (state = 2))
) STRICT, WITHOUT ROWID;

CREATE INDEX login_attempts_by_login ON login_attempts (organization_id, agent_id, user_id, server, created_at);
-- Of all organizations: the sweeper's.
CREATE INDEX login_attempts_by_age ON login_attempts (created_at);

CREATE TABLE oauth_clients (
    organization_id TEXT NOT NULL,
    issuer          TEXT NOT NULL,
    redirect_uri    TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    secrets         BLOB NOT NULL,
    PRIMARY KEY (organization_id, issuer, redirect_uri)
) STRICT, WITHOUT ROWID;

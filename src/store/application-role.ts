import pg from 'pg'
import { AppError } from '../errors.ts'

/** One grant at a time: two would change the same rows of the catalogue. */
const LOCK = 7_264_110

/**
 * Makes the role that API and workers connect as, with the name and password of its URL: it reads and writes the tables, those of later
 * migrations too, and owns and administers nothing. It can add to the audit log, and change nothing in it.
 * @param ownerUrl the role that owns the tables and may make roles
 * @throws AppError `config_invalid` where both URLs name one role
 */
export async function grantApplication(ownerUrl: string, applicationUrl: string): Promise<void> {
  const { username, password } = new URL(applicationUrl)
  const name = decodeURIComponent(username)
  await withClient(ownerUrl, async (client) => {
    const { rows } = await client.query<{ owner: string; database: string; known: boolean }>(
      'SELECT current_user AS owner, current_database() AS database, EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS known',
      [name],
    )
    const [{ owner, database, known }] = rows as [{ owner: string; database: string; known: boolean }]
    if (owner === name)
      throw new AppError('config_invalid', `The application must not connect as ${name}, which owns the tables.`)
    const role = client.escapeIdentifier(name)
    const secret = client.escapeLiteral(decodeURIComponent(password))
    const tables = `SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${role}`
    await client.query(
      [
        `BEGIN; SELECT pg_advisory_xact_lock(${LOCK})`,
        `${known ? 'ALTER' : 'CREATE'} ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD ${secret}`,
        `GRANT CONNECT ON DATABASE ${client.escapeIdentifier(database)} TO ${role}`,
        'REVOKE CREATE ON SCHEMA public FROM PUBLIC',
        `GRANT USAGE ON SCHEMA public TO ${role}`,
        `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role}`,
        `GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ${role}`,
        `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ${tables}`,
        `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO ${role}`,
        `REVOKE INSERT, UPDATE, DELETE ON "_prisma_migrations" FROM ${role}`,
        `REVOKE UPDATE, DELETE, TRUNCATE ON "AuditEntry" FROM ${role}`,
        'COMMIT',
      ].join('; '),
    )
  })
}

/** Whether the role of a URL is a superuser. */
export async function isSuperuser(databaseUrl: string): Promise<boolean> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ rolsuper: boolean }>(
      'SELECT rolsuper FROM pg_roles WHERE rolname = current_user',
    )
    return rows[0]?.rolsuper === true
  })
}

/** A connection for as long as `run` takes. */
export async function withClient<T>(databaseUrl: string, run: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await run(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

import pg from 'pg'
import { AppError } from '../errors.ts'

/** Members see the rows of every team; the migration makes it. */
const SERVICE_ROLE = 'anneal_service'
/** One grant at a time: two would change the same rows of the catalogue. */
const LOCK = 7_264_110

/** Only a superuser may say it of a role that is there, which is why it is said only where it changes something. */
const RESTRICTED = 'NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS'

interface RoleState {
  owner: string
  database: string
  known: boolean
  restricts: boolean
}

/**
 * Makes the role that the API connects as, with the name and password of its URL: it reads and writes the rows of the team that is set, in
 * the tables of later migrations too, and owns and administers nothing. It can add to the audit log, and change nothing in it.
 * @param ownerUrl the role that owns the tables and may make roles
 * @throws AppError `config_invalid` where both URLs name one role
 */
export const grantApplication = (ownerUrl: string, applicationUrl: string): Promise<void> =>
  grantRole(ownerUrl, applicationUrl, (role) => `REVOKE "${SERVICE_ROLE}" FROM ${role}`)

/** The same for workers and for the functions of the API that are named in `postgres.ts`: it sees the rows of every team. */
export const grantWorker = (ownerUrl: string, workerUrl: string): Promise<void> =>
  grantRole(ownerUrl, workerUrl, (role) => `GRANT "${SERVICE_ROLE}" TO ${role}`)

async function grantRole(ownerUrl: string, url: string, membership: (role: string) => string): Promise<void> {
  const { username, password } = new URL(url)
  const name = decodeURIComponent(username)
  await withClient(ownerUrl, async (client) => {
    const { rows } = await client.query<RoleState>(
      `SELECT current_user AS "owner", current_database() AS "database", count(*) > 0 AS "known",
         coalesce(bool_or(rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls), true) AS "restricts"
       FROM pg_roles WHERE rolname = $1`,
      [name],
    )
    const [{ owner, database, known, restricts }] = rows as [RoleState]
    if (owner === name)
      throw new AppError('config_invalid', `The application must not connect as ${name}, which owns the tables.`)
    const role = client.escapeIdentifier(name)
    const secret = client.escapeLiteral(decodeURIComponent(password))
    const tables = `SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${role}`
    await client.query(
      [
        `BEGIN; SELECT pg_advisory_xact_lock(${LOCK})`,
        `${known ? 'ALTER' : 'CREATE'} ROLE ${role} LOGIN ${restricts ? RESTRICTED : ''} PASSWORD ${secret}`,
        membership(role),
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

/** What a role may do beyond reading and writing rows. */
export interface RolePowers {
  name: string
  superuser: boolean
  bypassesRowSecurity: boolean
  /** Of the tables, or of what it may become. */
  owner: boolean
  /** Undefined where the database was not migrated so far. */
  seesEveryTeam: boolean | undefined
}

/** @throws the error of the connection */
export async function powersOf(databaseUrl: string): Promise<RolePowers> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<RolePowers>(`
      SELECT rolname AS "name", rolsuper AS "superuser", rolbypassrls AS "bypassesRowSecurity",
        EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND pg_has_role(relowner, 'MEMBER')) AS "owner",
        (SELECT pg_has_role(service.oid, 'MEMBER') FROM pg_roles AS service WHERE rolname = '${SERVICE_ROLE}') AS "seesEveryTeam"
      FROM pg_roles WHERE rolname = current_user`)
    return rows[0]!
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

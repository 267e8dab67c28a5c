import type pg from 'pg'
import { newId, newSecret } from '../service/ids.ts'
import { ROLES, SCOPES_OF_ROLE, type Role } from '../service/people-resources.ts'
import type { ChangedBy } from '../service/ports/audit.ts'
import type { Store } from '../service/ports/store.ts'
import { versionId } from '../service/dataset-ref.ts'

type Client = Pick<pg.Client, 'query' | 'escapeIdentifier'>

export interface Seed {
  /** In every text of the first team. */
  canary: string
  /** Ids and names by the tables that they are of. */
  first: {
    teamId: string
    key: string
    ids: Readonly<Record<string, string>>
    names: Readonly<Record<string, string>>
    datasetId: string
  }
  /** Keys of the other team, by role. */
  other: { teamId: string; name: string; keys: Readonly<Record<string, string>> }
  remove(): Promise<void>
}

interface Column {
  table: string
  name: string
  type: string
  needed: boolean
  parent: string | null
}

const COLUMNS = `
  SELECT c.relname AS "table", a.attname AS "name", format_type(a.atttypid, NULL) AS "type",
    a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS "needed",
    (SELECT confrelid::regclass::text FROM pg_constraint WHERE conrelid = c.oid AND contype = 'f' AND conkey[1] = a.attnum LIMIT 1) AS "parent"
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> '_prisma_migrations'
    AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  ORDER BY c.oid, a.attnum`

const BY: ChangedBy = { kind: 'host', id: 'isolation-check', name: 'isolation-check', keyId: null, requestId: null }
/** Nobody takes an entry out of the audit log, which names both teams as those of this check. */
const KEPT = 'AuditEntry'
/** Of no team, and so left out: a worker that is not there would count for the jobs of every team. */
const OF_NO_TEAM = ['Worker', 'OperatorSession', 'Round']
const LATER = new Date('2999-01-01')

/** What tables say of a row beyond any text: states that routes can work with. */
const STATES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  DatasetVersion: { state: 'ready', number: 1, isCurrent: true, packedKey: 'datasets/none', manifest: null },
  Job: { state: 'succeeded', kind: 'fit' },
  Sweep: { state: 'succeeded', kind: 'grid' },
  Checkpoint: { kind: 'last' },
  // Of the row in Metric there is one already.
  MetricRange: { start: 2 },
  Artifact: { kind: 'report' },
  // An answer may repeat the name that it was asked for.
  Policy: { name: 'isolation-check' },
  RegisteredModel: { name: 'isolation-check' },
  ModelVersion: { number: 1 },
  // Of the model alone.
  Share: { datasetId: null, firstVersionId: null },
  ModelAlias: { alias: 'champion' },
  PredictionBatch: { state: 'canceled' },
  // A worker that runs meanwhile finds nothing to do with them.
  Outbox: { kind: 'job' },
  RemovedBlob: { removeAfter: LATER },
  Webhook: { enabled: false },
  WebhookDelivery: { state: 'delivered' },
  // Of the person alone.
  Session: { keyId: null },
}

/** Prefixes of ids where they are not the table's name. */
const PREFIXES: Readonly<Record<string, string>> = {
  DatasetVersion: 'ds',
  Checkpoint: 'ckpt',
  RegisteredModel: 'model',
  PredictionBatch: 'pred',
  ApiKey: 'key',
  Sweep: 'sweep',
  Upload: 'upload',
  Member: 'mem',
  Session: 'sess',
}

/** Two teams; the first has a row with a canary in every table that holds rows of teams, the other a key for each role. */
export async function seed(store: Store, client: Client): Promise<Seed> {
  const canary = `canary${newId('x', Date.now()).slice(2)}`
  const [first, other] = [await createTeam(store, canary), await createTeam(store, 'isolation check')]
  const keys: Record<string, string> = {}
  const people: string[] = []
  for (const role of ROLES) {
    const { secret, personId } = await personWithKey(store, client, other.id, role)
    keys[role] = secret
    people.push(personId)
  }
  const ids: Record<string, string> = { Team: first.id, ApiKey: first.key.id }
  const names: Record<string, string> = {}
  const { rows: columns } = await client.query<Column>(COLUMNS)
  for (const [table, own] of inOrder(columns)) {
    if (ids[table] !== undefined || table === KEPT || OF_NO_TEAM.includes(table)) continue
    const row = rowFor(table, own, { canary, teamId: first.id, ids })
    await insert(client, table, row)
    if (table === 'Person') people.push(String(row['id']))
    const id = row['id'] ?? row['jobId']
    ids[table] = typeof id === 'string' ? id : canary
    if (typeof row['name'] === 'string') names[table] = row['name']
  }
  return {
    canary,
    first: { teamId: first.id, key: first.key.secret, ids, names, datasetId: datasetOf(ids) },
    other: { teamId: other.id, name: other.name, keys },
    remove: () => remove(client, columns, { teams: [first.id, other.id], people }),
  }
}

const datasetOf = (ids: Readonly<Record<string, string>>): string => (ids['DatasetVersion'] ?? '').split('@')[0] ?? ''

interface MadeTeam {
  id: string
  name: string
  key: { id: string; secret: string }
}

async function createTeam(store: Store, name: string): Promise<MadeTeam> {
  const { secret, hash } = newSecret()
  const key = { id: newId('key', Date.now()), name, hash, scopes: [...SCOPES_OF_ROLE.owner] }
  const { id } = await store.createTeam({ id: newId('team', Date.now()), name, key }, BY)
  return { id, name, key: { id: key.id, secret } }
}

/** A member of a team with a key, as if they had signed in. */
async function personWithKey(
  store: Store,
  client: Client,
  teamId: string,
  role: Role,
): Promise<{ secret: string; personId: string }> {
  const [personId, id] = [newId('person', Date.now()), newId('mem', Date.now())]
  await insert(client, 'Person', { id: personId, issuer: 'isolation-check', subject: personId })
  const { email } = await store.inviteMember(teamId, { id, email: `${role}@isolation-check`, role }, BY)
  await client.query('UPDATE "Member" SET "personId" = $1 WHERE "id" = $2', [personId, id])
  const { secret, hash } = newSecret()
  const scopes = [...SCOPES_OF_ROLE[role]]
  await store.createKey(teamId, { id: newId('key', Date.now()), name: email, hash, scopes, memberId: id }, BY)
  return { secret, personId }
}

async function insert(client: Client, table: string, row: Readonly<Record<string, unknown>>): Promise<void> {
  const quoted = Object.keys(row).map((name) => client.escapeIdentifier(name))
  const places = quoted.map((_, i) => `$${i + 1}`)
  await client.query(
    `INSERT INTO ${client.escapeIdentifier(table)} (${quoted.join()}) VALUES (${places.join()})`,
    Object.values(row),
  )
}

/** Tables with their columns, parents first. */
function inOrder(columns: readonly Column[]): [string, Column[]][] {
  const byTable = new Map<string, Column[]>()
  for (const column of columns) byTable.set(column.table, [...(byTable.get(column.table) ?? []), column])
  const ordered = new Map<string, Column[]>()
  const add = (table: string): void => {
    if (ordered.has(table)) return
    const own = byTable.get(table) ?? []
    for (const { parent, needed } of own) if (parent !== null && needed && nameOf(parent) !== table) add(nameOf(parent))
    ordered.set(table, own)
  }
  for (const table of byTable.keys()) add(table)
  return [...ordered]
}

const nameOf = (regclass: string): string => regclass.replaceAll('"', '')

interface Texts {
  canary: string
  teamId: string
  ids: Readonly<Record<string, string>>
}

function rowFor(table: string, columns: readonly Column[], texts: Texts): Record<string, unknown> {
  const log = { owner: texts.ids['Job'], text: texts.canary }
  const states: Readonly<Record<string, unknown>> = table === 'LogChunk' ? log : (STATES[table] ?? {})
  const row: Record<string, unknown> = {}
  for (const { name, type, needed, parent } of columns) {
    if (name in states) row[name] = states[name]
    else if (name === 'teamId') row[name] = texts.teamId
    else if (name === 'id' && type === 'text')
      row[name] = newId(PREFIXES[table] ?? table.toLowerCase().slice(0, 16), Date.now())
    else if (parent !== null && (needed || texts.ids[nameOf(parent)] !== undefined))
      row[name] = texts.ids[nameOf(parent)]
    else if (needed) row[name] = valueOf(type, texts.canary)
  }
  if (table !== 'DatasetVersion') return row
  const datasetId = String(row['id'])
  return { ...row, datasetId, id: versionId(datasetId, 1) }
}

function valueOf(type: string, canary: string): unknown {
  if (type === 'jsonb' || type === 'json') return JSON.stringify({ canary })
  if (type === 'date' || type.startsWith('timestamp')) return LATER
  if (type.endsWith('[]')) return []
  if (type === 'boolean') return false
  return type === 'text' || type.startsWith('character') ? canary : 1
}

async function remove(
  client: Client,
  columns: readonly Column[],
  { teams, people }: { teams: string[]; people: string[] },
): Promise<void> {
  const tables = inOrder(columns).filter(([table, own]) => table !== KEPT && own.some(({ name }) => name === 'teamId'))
  // Children of children first.
  for (const [table] of tables.reverse())
    await client.query(`DELETE FROM ${client.escapeIdentifier(table)} WHERE "teamId" = ANY($1)`, [teams])
  await client.query('DELETE FROM "Person" WHERE "id" = ANY($1)', [people])
  await client.query('DELETE FROM "Team" WHERE "id" = ANY($1)', [teams])
}

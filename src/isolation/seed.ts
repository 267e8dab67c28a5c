import type pg from 'pg'
import { newId, newSecret } from '../service/ids.ts'
import type { Store } from '../service/ports/store.ts'
import type { Scope } from '../service/resources.ts'
import { ROLE_SCOPES, ROLES } from '../service/role-scopes.ts'
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
    (SELECT confrelid::regclass::text FROM pg_constraint WHERE conrelid = c.oid AND contype = 'f' AND conkey = ARRAY[a.attnum] LIMIT 1) AS "parent"
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> '_prisma_migrations'
    AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  ORDER BY c.oid, a.attnum`

const LATER = new Date('2999-01-01')

/** What tables say of a row beyond any text: states that routes can work with. */
const STATES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  DatasetVersion: { state: 'ready', number: 1, isCurrent: true, packedKey: 'datasets/none', manifest: null },
  Job: { state: 'succeeded', kind: 'fit' },
  Sweep: { state: 'succeeded', kind: 'grid' },
  Checkpoint: { kind: 'last' },
  Artifact: { kind: 'report' },
  // An answer may repeat the name that it was asked for.
  Policy: { name: 'isolation-check' },
  // A worker that runs meanwhile finds nothing to do with them.
  Outbox: { kind: 'job' },
  RemovedBlob: { removeAfter: LATER },
}

/** Prefixes of ids where they are not the table's name. */
const PREFIXES: Readonly<Record<string, string>> = {
  DatasetVersion: 'ds',
  Checkpoint: 'ckpt',
  ApiKey: 'key',
  Sweep: 'sweep',
  Upload: 'upload',
}

/** Two teams; the first has a row with a canary in every table that holds rows of teams, the other a key for each role. */
export async function seed(store: Store, client: Client): Promise<Seed> {
  const canary = `canary${newId('x', Date.now()).slice(2)}`
  const [first, other] = [await store.createTeam(canary), await store.createTeam('isolation check')]
  const key = await keyFor(store, first.id, ROLE_SCOPES.owner, canary)
  const keys: Record<string, string> = {}
  for (const role of ROLES) keys[role] = (await keyFor(store, other.id, ROLE_SCOPES[role], role)).secret
  const ids: Record<string, string> = { Team: first.id, ApiKey: key.id }
  const names: Record<string, string> = {}
  const { rows: columns } = await client.query<Column>(COLUMNS)
  for (const [table, own] of inOrder(columns)) {
    if (ids[table] !== undefined) continue
    const row = rowFor(table, own, { canary, teamId: first.id, ids })
    const quoted = Object.keys(row).map((name) => client.escapeIdentifier(name))
    const places = quoted.map((_, i) => `$${i + 1}`)
    await client.query(
      `INSERT INTO ${client.escapeIdentifier(table)} (${quoted.join()}) VALUES (${places.join()})`,
      Object.values(row),
    )
    const id = row['id'] ?? row['jobId']
    ids[table] = typeof id === 'string' ? id : canary
    if (typeof row['name'] === 'string') names[table] = row['name']
  }
  return {
    canary,
    first: { teamId: first.id, key: key.secret, ids, names, datasetId: datasetOf(ids) },
    other: { teamId: other.id, name: other.name, keys },
    remove: () => remove(client, columns, [first.id, other.id]),
  }
}

const datasetOf = (ids: Readonly<Record<string, string>>): string => (ids['DatasetVersion'] ?? '').split('@')[0] ?? ''

async function keyFor(
  store: Store,
  teamId: string,
  scopes: readonly Scope[],
  name: string,
): Promise<{ id: string; secret: string }> {
  const { secret, hash } = newSecret()
  const { id } = await store.createKey(teamId, { id: newId('key', Date.now()), name, hash, scopes: [...scopes] })
  return { id, secret }
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
  const states: Readonly<Record<string, unknown>> = STATES[table] ?? {}
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
  if (type.startsWith('timestamp')) return LATER
  if (type.endsWith('[]')) return []
  if (type === 'boolean') return false
  return type === 'text' || type.startsWith('character') ? canary : 1
}

async function remove(client: Client, columns: readonly Column[], teams: string[]): Promise<void> {
  const tables = inOrder(columns).filter(([, own]) => own.some(({ name }) => name === 'teamId'))
  // Children of children first.
  for (const [table] of tables.reverse())
    await client.query(`DELETE FROM ${client.escapeIdentifier(table)} WHERE "teamId" = ANY($1)`, [teams])
  await client.query('DELETE FROM "Team" WHERE "id" = ANY($1)', [teams])
}

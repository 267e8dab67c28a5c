import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import pg from 'pg'
import { AppError } from '../errors.ts'
import { oneQueryAtATime, replacing } from './one-query-at-a-time.ts'
import { withClient } from './application-role.ts'
import type * as SchemaEngineModule from '@prisma/schema-engine-wasm'

const PRISMA = fileURLToPath(new URL('../../prisma/', import.meta.url))
let lastPanic = ''
/** Not the lock that the schema engine takes itself, for which it waits ten seconds only. */
const LOCK = 7_264_109
const MAX_LOCK_WAIT_MS = 600_000
const EVERYTHING = { externalTables: [], externalEnums: [] }

/**
 * Applies the committed migrations that a database lacks, in Prisma's own `_prisma_migrations` table, and with nothing to download:
 * `prisma migrate deploy` and this understand each other.
 * @param isWanted says which, by their names; all by default
 * @returns the names of the migrations that were applied.
 */
export async function applyMigrations(
  databaseUrl: string,
  isWanted: (name: string) => boolean = () => true,
): Promise<string[]> {
  return oneAtATime(databaseUrl, () =>
    withSchemaEngine(databaseUrl, async (engine) => {
      const { appliedMigrationNames } = await engine.applyMigrations({
        migrationsList: await migrationList(isWanted),
        filters: EVERYTHING,
      })
      return appliedMigrationNames
    }),
  )
}

/** Of several that migrate one database at once, one does, and the others wait and find it up to date. */
async function oneAtATime<T>(databaseUrl: string, run: () => Promise<T>): Promise<T> {
  try {
    return await withClient(databaseUrl, async (client) => {
      await client.query(`SET lock_timeout = '${MAX_LOCK_WAIT_MS}'`)
      await client.query('SELECT pg_advisory_lock($1)', [LOCK])
      return run()
    })
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw new AppError(
      'unavailable',
      `The database cannot be migrated: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause, retryable: true },
    )
  }
}

/** SQL that brings an empty database to the schema file: for writing migrations, and for the test that none is missing. @public */
export async function schemaSql(databaseUrl: string): Promise<string> {
  return withSchemaEngine(databaseUrl, async (engine) => {
    const { stdout } = await engine.diff({
      from: { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files: [await schemaFile()] },
      script: true,
      exitCode: null,
      filters: EVERYTHING,
    })
    return stdout ?? ''
  })
}

async function withSchemaEngine<T>(
  databaseUrl: string,
  run: (engine: SchemaEngineModule.SchemaEngine) => Promise<T>,
): Promise<T> {
  const { SchemaEngine } = await loadSchemaEngine()
  const file = await schemaFile()
  const pool = new pg.Pool({ connectionString: databaseUrl })
  pool.on('error', () => undefined)
  const adapter = bindMigrationAwareSqlAdapterFactory(withUndividedScripts(oneQueryAtATime(new PrismaPg(pool)), pool))
  const engine = await SchemaEngine.new({ datamodels: [[file.path, file.content]] }, () => undefined, adapter)
  try {
    return await run(engine)
  } catch (cause) {
    throw new AppError(
      'unavailable',
      `The database cannot be migrated: ${lastPanic || (cause instanceof Error ? cause.message : String(cause))}`,
      { cause },
    )
  } finally {
    engine.free()
    // The engine's own lock is its connection's, which would keep it until the pool finds it idle.
    await pool.end()
  }
}

/** The adapter would divide a script at each semicolon, those within functions and comments too; the server knows better. */
const withUndividedScripts = (factory: PrismaPg, pool: pg.Pool): PrismaPg =>
  replacing(
    factory,
    'connect',
    (connect) => async () =>
      replacing(await connect(), 'executeScript', () => async (script) => {
        await pool.query(script)
      }),
  )

declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: Record<string, unknown> } }>
}

/** The package imports its WebAssembly as a module, which Node 20 does not: it is instantiated here. */
let loading: Promise<typeof SchemaEngineModule> | undefined
const loadSchemaEngine = (): Promise<typeof SchemaEngineModule> => (loading ??= instantiateSchemaEngine())

async function instantiateSchemaEngine(): Promise<typeof SchemaEngineModule> {
  const script = createRequire(import.meta.url)
    .resolve('@prisma/schema-engine-wasm')
    .replace(/schema_engine\.js$/, 'schema_engine_bg.js')
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: (message: string) => (lastPanic = message) } })
  const glue = (await import(script)) as typeof SchemaEngineModule & { __wbg_set_wasm(exports: unknown): void }
  const wasm = await readFile(script.replace(/\.js$/, '.wasm'))
  const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': glue })
  glue.__wbg_set_wasm(instance.exports)
  ;(instance.exports['__wbindgen_start'] as () => void)()
  return glue
}

async function schemaFile(): Promise<{ path: string; content: string }> {
  return { path: 'schema.prisma', content: await readFile(join(PRISMA, 'schema.prisma'), 'utf8') }
}

async function migrationList(isWanted: (name: string) => boolean): Promise<SchemaEngineModule.MigrationList> {
  const baseDir = join(PRISMA, 'migrations')
  const names = (await readdir(baseDir, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && isWanted(entry.name))
    .map((entry) => entry.name)
  const migrationDirectories = await Promise.all(
    names.sort().map(async (path) => ({
      path,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok' as const, value: await readFile(join(baseDir, path, 'migration.sql'), 'utf8') },
      },
    })),
  )
  const lockfile = { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' }
  return { baseDir, lockfile, shadowDbInitScript: '', migrationDirectories }
}

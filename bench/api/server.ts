import { PrismaPg } from '@prisma/adapter-pg'
import Fastify, { type FastifyInstance } from 'fastify'
import { Pool } from 'pg'
import { pino } from 'pino'
import { buildApp } from '../../src/api/app.ts'
import { packedImageFile } from '../../src/data/packed/packed-image.ts'
import { compareItems } from '../../src/data/packed/compare-items.ts'
import { queryItems } from '../../src/data/packed/query-items.ts'
import { datasetZip } from '../../src/data/zip-export/dataset-zip.ts'
import { previewThreads } from '../../src/data/preview-threads.ts'
import { createModelRuntime } from '../../src/predictor/runtime.ts'
import { openQueue } from '../../src/queue/bullmq.ts'
import { openRequestCounts } from '../../src/queue/request-counts.ts'
import { FAIR_SHARE } from '../../src/service/ports/fair-share.ts'
import { createSealer } from '../../src/service/sealing.ts'
import { createServices } from '../../src/service/services.ts'
import { filesOfFolder, openFolderBlobs } from '../../src/blobs/folder.ts'
import { PrismaClient } from '../../src/store/generated/client.ts'
import { openTeamStore } from '../../src/store/postgres.ts'

/** What answers `GET /v1/jobs/:id`: the product, or a bare Fastify over the same table with nothing around it. */
export type Form = 'anneal' | 'bare prisma' | 'bare pg'

export interface ServerSettings {
  form: Form
  databaseUrl: string
  serviceUrl: string
  redisUrl: string
  folder: string
}

const CONNECTIONS = 10

async function serverOf({ form, databaseUrl, serviceUrl, redisUrl, folder }: ServerSettings): Promise<FastifyInstance> {
  if (form === 'anneal') {
    const log = pino({ level: 'silent' })
    const services = createServices({
      store: openTeamStore({ databaseUrl, serviceUrl }),
      queue: openQueue(redisUrl),
      blobs: openFolderBlobs(folder),
      files: filesOfFolder(folder),
      models: createModelRuntime({ engine: 'auto', threads: 1, modelBytes: 0, environment: process.env, log }),
      packedImageFile,
      datasetZip,
      packedItems: queryItems,
      comparePacked: compareItems,
      augmentPreview: previewThreads(),
      scratchDir: folder,
      now: Date.now,
      fairShare: FAIR_SHARE,
      uploadKeptMs: 3_600_000,
      trashMs: 0,
      importHosts: [],
      weightHosts: ['weights.example'],
      webhookHosts: [],
      sealer: createSealer(undefined),
    })
    return buildApp({
      services,
      log,
      uploadBytes: 2 ** 34,
      requestCounts: openRequestCounts(redisUrl),
      web: '/nowhere',
    })
  }
  const app = Fastify()
  if (form === 'bare pg') {
    const pool = new Pool({ connectionString: serviceUrl, max: CONNECTIONS })
    app.get<{ Params: { id: string } }>('/v1/jobs/:id', async (request) => {
      const { rows } = await pool.query<object>('SELECT * FROM "Job" WHERE id = $1', [request.params.id])
      return rows[0]
    })
    return app
  }
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: serviceUrl, max: CONNECTIONS }) })
  app.get<{ Params: { id: string } }>('/v1/jobs/:id', (request) =>
    prisma.job.findUnique({ where: { id: request.params.id } }),
  )
  return app
}

const app = await serverOf(JSON.parse(process.argv[2] ?? '') as ServerSettings)
process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }))

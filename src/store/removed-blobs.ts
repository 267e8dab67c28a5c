import type { RemovedBlobs } from '../service/ports/deletion.ts'
import type { PrismaClient } from './generated/client.ts'

/** The keys of blobs that nothing refers to any more, oldest first. */
export function removedBlobs(prisma: PrismaClient): RemovedBlobs {
  return {
    removedBlobs: async (limit) =>
      (await prisma.removedBlob.findMany({ take: limit, orderBy: { createdAt: 'asc' } })).map(({ key }) => key),
    giveUpBlob: async (key) => {
      await prisma.$executeRaw`
        INSERT INTO "RemovedBlob" ("key")
        SELECT ${key} WHERE NOT EXISTS (SELECT 1 FROM "Checkpoint" WHERE "blobKey" = ${key})
          AND NOT EXISTS (SELECT 1 FROM "Artifact" WHERE "blobKey" = ${key})
        ON CONFLICT DO NOTHING`
    },
    async forgetRemovedBlobs(keys) {
      await prisma.removedBlob.deleteMany({ where: { key: { in: [...keys] } } })
    },
    async postponeRemovedBlobs(keys) {
      await prisma.removedBlob.updateMany({ where: { key: { in: [...keys] } }, data: { createdAt: new Date() } })
    },
  }
}

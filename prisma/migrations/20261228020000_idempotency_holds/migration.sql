-- Answers that held the secret of an API key, which is shown once and stored nowhere
DELETE FROM "IdempotencyKey" WHERE "response" ? 'secret';

-- AlterTable
ALTER TABLE "IdempotencyKey" ADD COLUMN     "heldUntil" TIMESTAMP(3),
ADD COLUMN     "resourceId" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "IdempotencyKey" ALTER COLUMN "resourceId" DROP DEFAULT;

-- CreateIndex
CREATE INDEX "IdempotencyKey_teamId_createdAt_idx" ON "IdempotencyKey"("teamId", "createdAt");

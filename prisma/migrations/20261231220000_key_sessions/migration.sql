-- A session is a person's, or was opened with an API key, with which it ends.
ALTER TABLE "Session" ALTER COLUMN "personId" DROP NOT NULL, ADD COLUMN "keyId" TEXT;
ALTER TABLE "Session" ADD CONSTRAINT "Session_one_owner_check" CHECK (("personId" IS NULL) <> ("keyId" IS NULL));
ALTER TABLE "Session" ADD CONSTRAINT "Session_keyId_fkey" FOREIGN KEY ("keyId") REFERENCES "ApiKey"("id") ON DELETE CASCADE ON UPDATE CASCADE;
CREATE INDEX "Session_keyId_idx" ON "Session"("keyId");

-- Operators who are signed in in a browser. They belong to no team: the API's role sees none of them.
CREATE TABLE "OperatorSession" (
    "id" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "operator" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "OperatorSession_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "OperatorSession_hash_key" ON "OperatorSession"("hash");
CREATE INDEX "OperatorSession_operator_id_idx" ON "OperatorSession"("operator", "id");
CREATE INDEX "OperatorSession_expiresAt_idx" ON "OperatorSession"("expiresAt");
SELECT "anneal_protect_by"('"OperatorSession"', 'false');

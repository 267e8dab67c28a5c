-- Teams can be suspended. Keys expire, are rotated, and may belong to a person.
ALTER TABLE "Team" ADD COLUMN "suspendedAt" TIMESTAMP(3);
ALTER TABLE "ApiKey" ADD COLUMN "memberId" TEXT,
ADD COLUMN "expiresAt" TIMESTAMP(3),
ADD COLUMN "lastUsedAt" TIMESTAMP(3),
ADD COLUMN "rotatedFrom" TEXT;
DROP INDEX "ApiKey_teamId_idx";
CREATE INDEX "ApiKey_teamId_id_idx" ON "ApiKey"("teamId", "id");
CREATE INDEX "ApiKey_memberId_idx" ON "ApiKey"("memberId");

-- People, their memberships and sessions.
CREATE TABLE "Person" (
    "id" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "email" TEXT,
    "name" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Person_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "Member" (
    "id" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "personId" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "joinedAt" TIMESTAMP(3),

    CONSTRAINT "Member_pkey" PRIMARY KEY ("id")
);
CREATE TABLE "Session" (
    "id" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "personId" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Person_issuer_subject_key" ON "Person"("issuer", "subject");
CREATE UNIQUE INDEX "Member_teamId_email_key" ON "Member"("teamId", "email");
CREATE UNIQUE INDEX "Member_teamId_personId_key" ON "Member"("teamId", "personId");
CREATE INDEX "Member_teamId_id_idx" ON "Member"("teamId", "id");
CREATE INDEX "Member_email_idx" ON "Member"("email");
CREATE INDEX "Member_personId_idx" ON "Member"("personId");
CREATE UNIQUE INDEX "Session_hash_key" ON "Session"("hash");
CREATE INDEX "Session_personId_idx" ON "Session"("personId");
CREATE INDEX "Session_expiresAt_idx" ON "Session"("expiresAt");
ALTER TABLE "Member" ADD CONSTRAINT "Member_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES "Team"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Member" ADD CONSTRAINT "Member_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Session" ADD CONSTRAINT "Session_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_memberId_fkey" FOREIGN KEY ("memberId") REFERENCES "Member"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The audit log. It refers to nothing, so that it outlives what it names.
CREATE TABLE "AuditEntry" (
    "id" TEXT NOT NULL,
    "teamId" TEXT,
    "at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actorKind" TEXT NOT NULL,
    "actorId" TEXT NOT NULL,
    "actorName" TEXT NOT NULL,
    "keyId" TEXT,
    "action" TEXT NOT NULL,
    "resourceType" TEXT NOT NULL,
    "resourceId" TEXT,
    "before" JSONB,
    "after" JSONB,
    "requestId" TEXT,

    CONSTRAINT "AuditEntry_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "AuditEntry_teamId_id_idx" ON "AuditEntry"("teamId", "id");
CREATE INDEX "AuditEntry_teamId_resourceId_id_idx" ON "AuditEntry"("teamId", "resourceId", "id");
CREATE INDEX "AuditEntry_teamId_actorId_id_idx" ON "AuditEntry"("teamId", "actorId", "id");

-- Whoever was granted all on new tables, as the application's role is, may read the log and add to it, and no more.
-- \073 is a semicolon: whoever applies this file splits it at those.
DO E'BEGIN
    EXECUTE (
        SELECT coalesce(
            string_agg(format(''REVOKE UPDATE, DELETE, TRUNCATE ON "AuditEntry" FROM %I'', pg_get_userbyid(acl.grantee)), ''\073''),
            ''SELECT 1''
        )
        FROM (
            SELECT DISTINCT granted.grantee
            FROM pg_class, aclexplode(pg_class.relacl) AS granted
            WHERE pg_class.oid = ''"AuditEntry"''::regclass AND granted.grantee NOT IN (0, pg_class.relowner)
        ) AS acl
    )\073
END';

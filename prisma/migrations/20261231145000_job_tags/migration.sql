-- The tags of jobs, each with a row by which jobs are found: row-level security keeps arrays from being looked up in an index.
CREATE TABLE "JobTag" (
    "jobId" TEXT NOT NULL,
    "teamId" TEXT NOT NULL,
    "tag" TEXT NOT NULL COLLATE "C",

    CONSTRAINT "JobTag_pkey" PRIMARY KEY ("jobId", "tag")
);
CREATE INDEX "JobTag_teamId_tag_jobId_idx" ON "JobTag"("teamId", "tag", "jobId");
ALTER TABLE "JobTag" ADD CONSTRAINT "JobTag_jobId_fkey" FOREIGN KEY ("jobId") REFERENCES "Job"("id") ON DELETE CASCADE ON UPDATE CASCADE;
SELECT "anneal_protect"('"JobTag"');

CREATE FUNCTION "jobTagged"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM "JobTag" WHERE "jobId" = NEW."id" AND "tag" <> ALL (NEW."tags");
    INSERT INTO "JobTag" ("jobId", "teamId", "tag") SELECT NEW."id", NEW."teamId", tag FROM unnest(NEW."tags") AS tag ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER "Job_tagged" AFTER INSERT ON "Job" FOR EACH ROW WHEN (cardinality(NEW."tags") > 0) EXECUTE FUNCTION "jobTagged"();
CREATE TRIGGER "Job_tags_changed" AFTER UPDATE OF "tags" ON "Job" FOR EACH ROW WHEN (NEW."tags" IS DISTINCT FROM OLD."tags") EXECUTE FUNCTION "jobTagged"();

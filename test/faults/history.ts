import { query } from '../helpers/invariants.ts'

interface Entry extends Record<string, unknown> {
  job: string
  what: string
  token: number
  writer: string
}

/** What workers write of jobs: by whom, and under which token of the job. */
const WRITES = ['Checkpoint', 'Metric', 'Artifact'] as const

/** Has the database itself record who writes what of a job. */
export async function recordHistory(databaseUrl: string): Promise<void> {
  await query(
    databaseUrl,
    `CREATE TABLE "fault_history" (
      "seq" bigserial PRIMARY KEY, "job" text NOT NULL, "what" text NOT NULL, "token" integer NOT NULL, "writer" text NOT NULL)`,
  )
  await query(
    databaseUrl,
    `CREATE FUNCTION fault_history_of_claims() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
      INSERT INTO public."fault_history" ("job", "what", "token", "writer")
      VALUES (NEW."id", CASE WHEN NEW."token" <> OLD."token" THEN 'claim' ELSE 'progress' END, NEW."token", current_setting('application_name'));
      RETURN NULL;
    END $$`,
  )
  await query(
    databaseUrl,
    `CREATE FUNCTION fault_history_of_writes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
      INSERT INTO public."fault_history" ("job", "what", "token", "writer")
      SELECT NEW."jobId", TG_TABLE_NAME, "token", current_setting('application_name') FROM public."Job" WHERE "id" = NEW."jobId";
      RETURN NULL;
    END $$`,
  )
  await query(
    databaseUrl,
    `CREATE TRIGGER fault_history AFTER UPDATE ON "Job" FOR EACH ROW
      WHEN (NEW."token" <> OLD."token" OR NEW."progress" IS DISTINCT FROM OLD."progress") EXECUTE FUNCTION fault_history_of_claims()`,
  )
  for (const table of WRITES)
    await query(
      databaseUrl,
      `CREATE TRIGGER fault_history AFTER INSERT ON "${table}" FOR EACH ROW EXECUTE FUNCTION fault_history_of_writes()`,
    )
}

/** Whoever writes has the newest claim, and tokens only grow. */
export async function staleWrites(databaseUrl: string): Promise<{ writes: number; violations: string[] }> {
  const entries = await query<Entry>(
    databaseUrl,
    `SELECT "job", "what", "token", "writer" FROM "fault_history" ORDER BY "job", "seq"`,
  )
  const violations: string[] = []
  let claim: Entry | undefined
  let writes = 0
  for (const entry of entries) {
    const { job, what, token, writer } = entry
    if (claim?.job !== job) claim = undefined
    if (what === 'claim') {
      if (claim !== undefined && token <= claim.token) violations.push(`${job}: token ${token} after ${claim.token}`)
      claim = entry
      continue
    }
    writes++
    if (writer !== claim?.writer || token !== claim.token)
      violations.push(
        `${job}: ${what} was written by ${writer} with token ${token}, and ${claim?.writer} had claimed it with ${claim?.token}`,
      )
  }
  return { writes, violations: [...new Set(violations)] }
}

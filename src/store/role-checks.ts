import { AppError } from '../errors.ts'
import { powersOf } from './application-role.ts'

const NOT_MIGRATED = 'The database does not have the roles of this version; run: anneal migrate'

/**
 * The API must be held to the rows of one team by the database, which superusers and owners are not.
 * @throws AppError `config_invalid` that says what to do; `unavailable` where the database does not answer
 */
export async function requireTeamRole(databaseUrl: string): Promise<void> {
  const { name, superuser, bypassesRowSecurity, owner, seesEveryTeam } = await powers(databaseUrl)
  const why = superuser
    ? 'is a superuser'
    : bypassesRowSecurity
      ? 'has BYPASSRLS'
      : owner
        ? 'owns the tables'
        : seesEveryTeam === true
          ? 'is a member of anneal_service'
          : undefined
  if (why !== undefined)
    throw new AppError(
      'config_invalid',
      `The API must not connect as ${name}, which ${why} and so sees the rows of every team. Make a role for it with ` +
        'anneal migrate --application-url postgresql://anneal_app:SECRET@HOST/DATABASE, and set DATABASE_URL to that URL.',
    )
  if (seesEveryTeam === undefined) throw new AppError('config_invalid', NOT_MIGRATED)
}

/**
 * Workers, and the lookups of the API that come before a team is known, need the rows of every team.
 * @param variable the one that named the role
 * @throws AppError `config_invalid` that says what to do; `unavailable` where the database does not answer
 * @returns whether it is a superuser, which it need not be
 */
export async function requireServiceRole(databaseUrl: string, variable: string): Promise<{ superuser: boolean }> {
  const { name, superuser, seesEveryTeam } = await powers(databaseUrl)
  if (seesEveryTeam === undefined) throw new AppError('config_invalid', NOT_MIGRATED)
  if (!seesEveryTeam)
    throw new AppError(
      'config_invalid',
      `The role ${name} sees the rows of no team, and a worker needs those of all. Make a role for it with ` +
        `anneal migrate --worker-url postgresql://anneal_worker:SECRET@HOST/DATABASE, and set ${variable} to that URL.`,
    )
  return { superuser }
}

async function powers(databaseUrl: string): ReturnType<typeof powersOf> {
  try {
    return await powersOf(databaseUrl)
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('unavailable', `The database does not answer: ${detail}`, { cause, retryable: true })
  }
}

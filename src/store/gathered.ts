import { AppError } from '../errors.ts'
import { currentTeam } from '../service/team-scope.ts'

interface Group<Q, A> {
  /** What is asked from now on is answered with it, as long as it has not begun. */
  next: Round<Q, A> | undefined
  last: Promise<unknown>
}

interface Round<Q, A> {
  questions: Q[]
  answers: Promise<readonly A[]>
}

/**
 * Answers what many callers ask for at once together, one round after the other. No answer is older than its question: what is asked while a
 * round runs is for the next one. A round runs in the context of the first of its questions; those that are asked within different teams, or are of
 * different groups, are never in one round.
 * @param answer the answers to all questions, in their order
 * @param options no round has more than `atMost`
 */
export function gathered<Q, A>(
  answer: (questions: readonly Q[]) => Promise<readonly A[]>,
  { groupOf = () => '', atMost = Infinity }: { groupOf?: (question: Q) => string; atMost?: number } = {},
): (question: Q) => Promise<A> {
  const groups = new Map<string, Group<Q, A>>()

  function begin(name: string, group: Group<Q, A>): Round<Q, A> {
    const questions: Q[] = []
    const answers = group.last.then(() => {
      if (group.next === round) group.next = undefined
      return answer(questions)
    })
    const round = { questions, answers }
    const last = answers.then(
      () => undefined,
      () => undefined,
    )
    group.last = last
    void last.then(() => {
      if (group.last === last) groups.delete(name)
    })
    return round
  }

  return async (question) => {
    const name = `${currentTeam() ?? ''} ${groupOf(question)}`
    const group = groups.get(name) ?? { next: undefined, last: Promise.resolve() }
    groups.set(name, group)
    if (group.next === undefined || group.next.questions.length >= atMost) group.next = begin(name, group)
    const { questions, answers } = group.next
    const index = questions.push(question) - 1
    return (await answers)[index] as A
  }
}

/** Looks up what many callers ask for at once in one query after the other. */
export function batched<T>(
  load: (keys: readonly string[]) => Promise<ReadonlyMap<string, T>>,
): (key: string) => Promise<T | undefined> {
  return gathered(async (keys) => {
    const found = await load([...new Set(keys)])
    return keys.map((key) => found.get(key))
  })
}

interface OfTeam {
  teamId: string
  id: string
}

/** The same for the rows of teams: a query is for one team. */
export function batchedByTeam<T>(
  load: (teamId: string, ids: readonly string[]) => Promise<ReadonlyMap<string, T>>,
): (teamId: string, id: string) => Promise<T | undefined> {
  const lookUp = gathered<OfTeam, T | undefined>(
    async (asked) => {
      const found = await load(asked[0]!.teamId, [...new Set(asked.map(({ id }) => id))])
      return asked.map(({ id }) => found.get(id))
    },
    { groupOf: ({ teamId }) => teamId },
  )
  return (teamId, id) => lookUp({ teamId, id })
}

/** Reads what many callers of a team ask for at once once for each of the ids. */
export const readOnce = <T>(
  read: (teamId: string, id: string) => Promise<T | undefined>,
): ((teamId: string, id: string) => Promise<T | undefined>) =>
  batchedByTeam<T>(async (teamId, ids) => {
    const found = await Promise.all(ids.map(async (id) => [id, await read(teamId, id)] as const))
    return new Map(found.flatMap(([id, value]) => (value === undefined ? [] : [[id, value]])))
  })

/**
 * Writes what the callers of a team ask for at once in one transaction. Where that is refused, each is written by itself, so that each has its own
 * answer.
 */
export function writtenTogether<Q extends { teamId: string }, A>(
  write: (items: readonly Q[]) => Promise<readonly A[]>,
  atMost: number,
): (item: Q) => Promise<A> {
  const together = gathered<Q, () => Promise<A>>(
    async (items) => {
      try {
        const written = await write(items)
        return written.map((each) => () => Promise.resolve(each))
      } catch (error) {
        if (items.length === 1 || !(error instanceof AppError)) throw error
        return items.map((item) => async () => (await write([item]))[0] as A)
      }
    },
    { groupOf: ({ teamId }) => teamId, atMost },
  )
  return async (item) => (await together(item))()
}

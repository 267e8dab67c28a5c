import { expect, it } from 'vitest'
import { AppError } from '../../../src/errors.ts'
import { withinTeam } from '../../../src/service/team-scope.ts'
import { batched, batchedByTeam, gathered, writtenTogether } from '../../../src/store/gathered.ts'

it('asks once for what many ask for at once, and never answers with what was read before a question', async () => {
  const asked: string[][] = []
  let release: () => void = () => undefined
  let value = 1
  const lookUp = batched(async (keys) => {
    asked.push([...keys])
    const read = new Map(keys.map((key) => [key, value]))
    await new Promise<void>((resolve) => (release = resolve))
    return read
  })
  const [first, same] = [lookUp('a'), lookUp('a')]
  await Promise.resolve()
  value = 2
  const [later, other] = [lookUp('a'), lookUp('b')]
  release()
  expect(await Promise.all([first, same])).toEqual([1, 1])
  await Promise.resolve()
  release()
  expect(await Promise.all([later, other])).toEqual([2, 2])
  expect(asked).toEqual([['a'], ['a', 'b']])
})

it('passes a failure on to those who asked, and to nobody after them', async () => {
  let fails = true
  const lookUp = batched(async (keys) => {
    if (fails) throw new Error('gone')
    return Promise.resolve(new Map(keys.map((key) => [key, key])))
  })
  await expect(lookUp('a')).rejects.toThrow('gone')
  fails = false
  expect(await lookUp('a')).toBe('a')
})

it('keeps teams apart, and rounds within their length', async () => {
  const rounds: string[][] = []
  const answer = gathered<string, string>(
    async (questions) => {
      rounds.push([...questions])
      return Promise.resolve(questions.map((question) => question.toUpperCase()))
    },
    { groupOf: ([team]) => team ?? '', atMost: 2 },
  )
  expect(await Promise.all(['a1', 'a2', 'b1', 'a3', 'b2'].map(answer))).toEqual(['A1', 'A2', 'B1', 'A3', 'B2'])
  expect(rounds).toEqual([['a1', 'a2'], ['b1', 'b2'], ['a3']])
  // Whoever asks for another team's row gets what their own team may see, and not what the other asks for at the same time.
  const within = (team: string) => withinTeam(team, () => answer('b3'))
  await Promise.all([within('a'), within('b'), within('a')])
  expect(rounds.slice(3)).toEqual([['b3', 'b3'], ['b3']])
  const lookUp = batchedByTeam((teamId, ids) => Promise.resolve(new Map(ids.map((id) => [id, `${teamId}/${id}`]))))
  expect(await Promise.all([lookUp('a', '1'), lookUp('b', '1'), lookUp('a', '1')])).toEqual(['a/1', 'b/1', 'a/1'])
})

it('writes each by itself where all together are refused, so that one does not fail with another', async () => {
  const written: string[][] = []
  const write = writtenTogether<{ teamId: string; name: string }, string>(async (items) => {
    if (items.some(({ name }) => name === 'refused')) throw new AppError('quota_exceeded', 'no more')
    if (items.some(({ name }) => name === 'broken')) throw new Error('connection lost')
    written.push(items.map(({ name }) => name))
    return Promise.resolve(items.map(({ name }) => `${name}!`))
  }, 10)
  const all = (names: string[]) => Promise.allSettled(names.map((name) => write({ teamId: 't', name })))
  expect((await all(['a', 'refused', 'b'])).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(written).toEqual([['a'], ['b']])
  // Whether it was written is not known: it is not written again.
  expect((await all(['c', 'broken'])).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(written).toEqual([['a'], ['b']])
})

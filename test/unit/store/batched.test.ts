import { expect, it } from 'vitest'
import { batched } from '../../../src/store/batched.ts'

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

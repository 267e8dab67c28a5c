import { describe, expect, it } from 'vitest'
import { currentTeam, inCurrentTeam, withinTeam } from '../../../src/service/team-scope.ts'

async function* teams(count: number): AsyncGenerator<string | undefined, void> {
  for (let i = 0; i < count; i++) yield currentTeam()
}

describe('items that are read later', () => {
  it('are of the team that they were made for, whoever reads them', async () => {
    const items = withinTeam('team_a', () => inCurrentTeam(teams(3)))
    const seen = [await items.next(), await withinTeam('team_b', () => items.next()), await items.next()]
    expect(seen.map(({ value }) => value)).toEqual(['team_a', 'team_a', 'team_a'])
    expect(await items.next()).toEqual({ value: undefined, done: true })
    const bare = withinTeam('team_a', () => teams(1))
    expect(await bare.next()).toMatchObject({ value: undefined })
  })

  it('end where their reader does', async () => {
    let ended = false
    const items = withinTeam('team_a', () =>
      inCurrentTeam(
        (async function* () {
          try {
            yield* teams(5)
          } finally {
            ended = true
          }
        })(),
      ),
    )
    for await (const team of items) {
      expect(team).toBe('team_a')
      break
    }
    expect(ended).toBe(true)
    expect(currentTeam()).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'

const TOKEN = 'x'.repeat(32)
const SIGN_IN = {
  ANNEAL_OIDC_ISSUER: 'https://id.example/',
  ANNEAL_OIDC_CLIENT_ID: 'anneal',
  ANNEAL_OIDC_CLIENT_SECRET: 'secret',
  ANNEAL_PUBLIC_URL: 'https://anneal.example/',
}

describe('operators', () => {
  it('are names with tokens', () => {
    expect(readConfig({}).operators).toEqual([])
    const { operators } = readConfig({ ANNEAL_OPERATOR_TOKENS: `ada:${TOKEN}, bob:${TOKEN}:y` })
    expect(operators).toEqual([
      { name: 'ada', token: TOKEN },
      { name: 'bob', token: `${TOKEN}:y` },
    ])
  })

  it.each(['ada', `ada:short`, `a b:${TOKEN}`, `:${TOKEN}`, `ada:${TOKEN},ada:${TOKEN}`])(
    'are refused as %s, without the token in the message',
    (text) => {
      const read = (): unknown => readConfig({ ANNEAL_OPERATOR_TOKENS: text })
      expect(read).toThrow(expect.objectContaining({ code: 'config_invalid' }) as Error)
      expect(read).not.toThrow(TOKEN)
    },
  )
})

describe('sign-in', () => {
  it('is configured as a whole, or not at all', () => {
    expect(readConfig({ ANNEAL_PUBLIC_URL: 'https://anneal.example' }).signIn).toBeUndefined()
    expect(readConfig({ ...SIGN_IN, ANNEAL_SESSION_HOURS: '2' }).signIn).toEqual({
      issuer: 'https://id.example',
      clientId: 'anneal',
      clientSecret: 'secret',
      publicUrl: 'https://anneal.example',
      sessionMs: 7_200_000,
    })
    for (const name of Object.keys(SIGN_IN))
      expect(() => readConfig({ ...SIGN_IN, [name]: '' }), name).toThrow('Sign-in needs all of')
  })

  it.each(['http://id.example', 'id.example', 'ftp://id.example'])('refuses %s, but http on this machine', (url) => {
    expect(() => readConfig({ ...SIGN_IN, ANNEAL_OIDC_ISSUER: url })).toThrow('https://')
    expect(readConfig({ ...SIGN_IN, ANNEAL_OIDC_ISSUER: 'http://127.0.0.1:9' }).signIn?.issuer).toBe(
      'http://127.0.0.1:9',
    )
  })
})

describe('proxies that are trusted', () => {
  it.each(['10.0.0.7', '10.0.0.0/8', 'fd00::/8', '::1', 'loopback, 192.168.0.0/16'])('may be %s', (text) => {
    expect(readConfig({ ANNEAL_TRUST_PROXY: text }).trustProxy).toEqual(text.split(', '))
  })

  it.each([
    'true',
    '1',
    '*',
    '0.0.0.0/0',
    '::/0',
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.7/',
    'fe80::1%eth0',
    'proxy.local',
  ])('may not be %s', (text) => {
    expect(() => readConfig({ ANNEAL_TRUST_PROXY: text })).toThrow('ANNEAL_TRUST_PROXY has')
  })
})

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import Provider from 'oidc-provider'

export interface Account {
  email?: string
  email_verified?: boolean
  name?: string
}

const CLIENT = { clientId: 'anneal', clientSecret: 'a secret of the tests, long enough for HMAC' }

/** A real OpenID Connect provider at which whoever `current` names signs in with no form. */
export interface ProviderUnderTest {
  issuer: string
  /** By subject. */
  accounts: Map<string, Account>
  current: string
  codeSeconds: number
  client: typeof CLIENT
  stop(): Promise<void>
}

export async function startIdentityProvider(publicUrl: string): Promise<ProviderUnderTest> {
  let answer: (request: IncomingMessage, response: ServerResponse) => void = () => undefined
  const server = createServer((request, response) => answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const running: ProviderUnderTest = {
    issuer,
    accounts: new Map(),
    current: '',
    codeSeconds: 60,
    client: CLIENT,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  const provider = makeProvider(running, publicUrl)
  const callback = provider.callback()
  answer = (request, response) => {
    if (request.url?.startsWith('/interaction/') === true) void interact(provider, running, request, response)
    else void callback(request, response)
  }
  return running
}

function makeProvider(running: ProviderUnderTest, publicUrl: string): Provider {
  const { clientId, clientSecret } = running.client
  return new Provider(running.issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [`${publicUrl}/v1/sign-in/callback`],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['a key of the tests'] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    ttl: {
      AuthorizationCode: () => running.codeSeconds,
      AccessToken: 600,
      Grant: 600,
      IdToken: 600,
      Interaction: 600,
      Session: 600,
    },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, ...running.accounts.get(accountId) }),
    }),
  })
}

async function interact(
  provider: Provider,
  running: ProviderUnderTest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt, params, session } = await provider.interactionDetails(request, response)
  if (prompt.name === 'login') {
    await provider.interactionFinished(request, response, { login: { accountId: running.current } })
    return
  }
  const accountId = session?.accountId ?? running.current
  const grant = new provider.Grant({ accountId, clientId: String(params['client_id']) })
  grant.addOIDCScope(String(params['scope']))
  const result = { consent: { grantId: await grant.save() } }
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true })
}

/** A browser with a service and the provider: it keeps cookies, and follows redirects as far as it is told. */
export class Browser {
  private readonly app: FastifyInstance
  private readonly provider: ProviderUnderTest
  /** Of the service. */
  readonly cookies = new Map<string, string>()
  private readonly providerCookies = new Map<string, string>()

  constructor(app: FastifyInstance, provider: ProviderUnderTest) {
    this.app = app
    this.provider = provider
  }

  /** A call of the service, with its cookies. */
  async call(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    { payload, headers = {} }: { payload?: object; headers?: Record<string, string> } = {},
  ): Promise<LightMyRequestResponse> {
    const response = await this.app.inject({
      method,
      url,
      headers,
      cookies: Object.fromEntries(this.cookies),
      ...(payload === undefined ? {} : { payload }),
    })
    for (const { name, value, maxAge } of response.cookies)
      if (maxAge === 0 || value === '') this.cookies.delete(name)
      else this.cookies.set(name, value)
    return response
  }

  /** Begins to sign in, and signs in at the provider. @returns the address that the provider leads back to. */
  async atProvider(subject: string): Promise<string> {
    this.provider.current = subject
    const begun = await this.call('GET', '/v1/sign-in')
    let url = new URL(begun.headers.location ?? '')
    while (url.origin === this.provider.issuer) {
      const cookie = [...this.providerCookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        this.providerCookies.set(name, value)
      }
      const location = response.headers.get('location')
      if (location === null) throw new Error(`the provider answers ${response.status}: ${await response.text()}`)
      url = new URL(location, url)
    }
    return `${url.pathname}${url.search}`
  }

  async signIn(subject: string): Promise<LightMyRequestResponse> {
    return this.call('GET', await this.atProvider(subject))
  }

  /** What a page sends with what changes something. */
  async csrf(): Promise<Record<string, string>> {
    const { csrfToken } = (await this.call('GET', '/v1/session')).json<{ csrfToken: string }>()
    return { 'x-csrf-token': csrfToken }
  }
}

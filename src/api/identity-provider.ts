import * as oidc from 'openid-client'
import { AppError } from '../errors.ts'
import { MAX_EMAIL_CHARACTERS } from '../service/people-resources.ts'
import type { Identity } from '../service/ports/people.ts'

export interface IdentityProviderOptions {
  issuer: string
  clientId: string
  clientSecret: string
  redirectUri: string
}

/** What a sign-in under way has to be finished with, which its browser keeps. */
export interface PendingSignIn {
  state: string
  nonce: string
  verifier: string
}

const MAX_NAME_CHARACTERS = 200

/** An OpenID Connect provider: authorization code with PKCE, state and nonce. It is asked for its addresses with the first sign-in. */
export class IdentityProvider {
  private readonly options: IdentityProviderOptions
  private discovered: Promise<oidc.Configuration> | undefined

  constructor(options: IdentityProviderOptions) {
    this.options = options
  }

  /** @throws AppError `unavailable` */
  async begin(): Promise<{ url: URL; pending: PendingSignIn }> {
    const configuration = await this.configuration()
    const pending = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
    }
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: this.options.redirectUri,
      scope: 'openid email profile',
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(pending.verifier),
      code_challenge_method: 'S256',
    })
    return { url, pending }
  }

  /**
   * Who has signed in.
   * @param query of the address that the provider has sent the browser to
   * @throws AppError `unauthorized` for what belongs to no sign-in of this browser, or has expired; `unavailable`
   */
  async finish(query: string, { state, nonce, verifier }: PendingSignIn): Promise<Identity> {
    const configuration = await this.configuration()
    const url = new URL(this.options.redirectUri)
    url.search = query
    try {
      const tokens = await oidc.authorizationCodeGrant(configuration, url, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      })
      const claims = tokens.claims()
      if (claims === undefined) throw new AppError('unauthorized', 'The provider has sent no identity; sign in again.')
      const more =
        claims['email'] === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined
          ? await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub)
          : {}
      return identityOf({ ...more, ...claims })
    } catch (cause) {
      throw refused(cause)
    }
  }

  private async configuration(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.options
    // The configuration allows http on this machine alone.
    const execute = issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : []
    this.discovered ??= oidc.discovery(new URL(issuer), clientId, clientSecret, undefined, { execute })
    try {
      return await this.discovered
    } catch (cause) {
      this.discovered = undefined
      throw new AppError('unavailable', 'The provider of sign-ins does not answer; try again later.', {
        cause,
        retryable: true,
      })
    }
  }
}

function identityOf({ iss, sub, email, email_verified: verified, name }: oidc.IDToken & oidc.JsonObject): Identity {
  const isEmail = verified === true && typeof email === 'string' && email.length <= MAX_EMAIL_CHARACTERS
  return {
    issuer: iss,
    subject: sub,
    email: isEmail ? email.toLowerCase() : undefined,
    name: typeof name === 'string' ? name.slice(0, MAX_NAME_CHARACTERS) : undefined,
  }
}

/** What the provider or the check of its answer says may hold tokens: none of it is passed on. */
function refused(cause: unknown): AppError {
  if (cause instanceof AppError) return cause
  const status = cause instanceof oidc.ResponseBodyError ? cause.status : 0
  const isDown = status >= 500 || (cause instanceof TypeError && cause.message === 'fetch failed')
  return isDown
    ? new AppError('unavailable', 'The provider of sign-ins does not answer; try again later.', {
        cause,
        retryable: true,
      })
    : new AppError('unauthorized', 'This sign-in was not begun in this browser, or has expired; sign in again.', {
        cause,
      })
}

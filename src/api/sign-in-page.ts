import type { FastifyReply, FastifyRequest } from 'fastify'

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1rem}@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}a{color:#8bf}}'

/** What a browser that came by a link shows where signing in has failed; other clients get the problem document as it is. */
export function signInPage(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  const type = String(reply.getHeader('content-type') ?? '')
  if (typeof payload !== 'string' || !type.startsWith('application/problem+json') || !wantsPage(request)) return payload
  const { detail, requestId } = JSON.parse(payload) as { detail: string; requestId: string }
  reply.type('text/html; charset=utf-8')
  return `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sign-in failed</title><style>${STYLE}</style></head>
  <body>
    <h1>Sign-in failed</h1>
    <p>${escaped(detail)}</p>
    <p><a href="/v1/sign-in">Try again</a>, or <a href="/">use an API key</a>.</p>
    <p><small>Request ${escaped(requestId)}</small></p>
  </body>
</html>
`
}

/** Addresses that a browser is led to; the session is only ever asked for by code. */
const NAVIGATED = /\/sign-in(\/callback)?$/

const wantsPage = ({ headers, routeOptions: { url = '' } }: FastifyRequest): boolean =>
  NAVIGATED.test(url) && (headers.accept ?? '').includes('text/html')

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

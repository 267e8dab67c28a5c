import { STATUS } from '../../src/api/problem.ts'
import { ERRORS, type ErrorCode } from '../../src/errors.ts'
import { code, table } from './markdown.ts'

const HEADINGS: Readonly<Record<keyof typeof ERRORS, string>> = {
  requests: 'Requests',
  datasets: 'Data sets and images',
  training: 'Training and checkpoints',
  service: 'The service itself',
}

/** The reference of error codes. */
export function errorsPage(): string {
  const sections = Object.entries(ERRORS).map(
    ([group, codes]) =>
      `## ${HEADINGS[group as keyof typeof ERRORS]}\n\n${table(
        ['code', 'HTTP', 'meaning'],
        Object.entries(codes as Record<string, string>).map(([name, meaning]) => [
          code(name),
          String(STATUS[name as ErrorCode] ?? ''),
          meaning,
        ]),
      )}`,
  )
  return `# Errors

Every error has a stable \`code\`. The REST API sends problem documents (RFC 9457) with \`code\`, \`detail\`, \`retryable\`, a \`requestId\`, and JSON pointers into the body under
\`errors\`. The same codes appear as the \`reason\` of a job or data set, in the ingest report, and in what the \`anneal\` command prints. Codes without an HTTP status appear only
there; should a request meet one, it is answered with 500.

${sections.join('\n\n')}
`
}

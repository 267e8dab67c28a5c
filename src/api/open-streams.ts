import type { FastifyBaseLogger } from 'fastify'
import { ENDED_STATES } from '../service/job-states.ts'
import { lineId, type LogLine } from '../service/log-resources.ts'
import type { JobEvent } from '../service/resources.ts'
import type { Services } from '../service/services.ts'
import type { Streams } from './sse.ts'
import type { StreamItem } from './backlog.ts'
import { StreamHub, type StreamSource } from './stream-hub.ts'
import { OpenStreams, type StreamLimits } from './stream-limits.ts'

/** Items of a page that a stream reads when it is behind. */
const PAGE = 200
const LOG_PAGE = 1000

const eventItem = ({ id, type, data }: JobEvent): StreamItem => ({
  id: BigInt(id),
  frame: `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`,
  value: data,
})

const lineItem = (line: LogLine): StreamItem => ({
  id: BigInt(line.id),
  frame: `id: ${line.id}\nevent: line\ndata: ${JSON.stringify(line)}\n\n`,
  value: line,
})

/** The live streams of events of jobs, and of logs of jobs and data sets. */
export function openStreams(services: Services, limits: StreamLimits, log: FastifyBaseLogger): Streams {
  const { store } = services
  const hub = (source: StreamSource): StreamHub =>
    new StreamHub({
      source,
      changes: store.changes,
      validKeys: (ids) => store.validKeys(ids),
      onError: (error) => log.warn({ event: 'stream_read_failed', error: String(error) }),
    })
  return {
    open: new OpenStreams(limits),
    events: hub({
      async followed(cursors) {
        const jobs = await store.followed(cursors.map(({ id, after }) => ({ id, after: after?.toString() })))
        return jobs.map(({ id, state, newest, events }) => ({
          id,
          ended: ENDED_STATES.includes(state),
          newest: BigInt(newest),
          items: events.map(eventItem),
        }))
      },
      page: async (id, after) => (await store.events(id, { limit: PAGE, after: String(after) })).data.map(eventItem),
    }),
    logs: hub({
      async followed(cursors) {
        const logs = await store.followedLogs(cursors.map(({ id, after }) => ({ owner: id, after: after?.toString() })))
        return logs.map(({ owner, ended, newest, lines }) => ({
          id: owner,
          ended,
          newest: BigInt(newest),
          items: lines.map(lineItem),
        }))
      },
      async page(owner, after) {
        const { data } = await services.logLines(owner, { after: lineId.parse(String(after)), limit: LOG_PAGE })
        return data.map(lineItem)
      },
    }),
  }
}

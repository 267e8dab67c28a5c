import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { Transform } from 'node:stream'

const run = (command: string, ...args: string[]): string => execFileSync(command, args, { encoding: 'utf8' })

export interface Machine {
  /** Its own address. */
  address: string
  /** What begins a command that has its network, and the host's file system. */
  inside: readonly [string, ...string[]]
  /** Starts a process with this machine's network and file system. */
  start(file: string, args: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess
  /** Takes it off the network, and puts it back. */
  disconnect(): void
  reconnect(): void
  /** Has each packet between it and the ports of the host wait so long. */
  slow(ms: number): void
  /** Has what comes from the ports of the host go at no more than so many bytes a second, all connections together. */
  limit(bytesPerSecond: number): void
  /** Has its own link carry no more than so much each way, whoever it talks to. */
  shape(megabitsPerSecond: number): void
}

export interface Machines {
  /** Where all of them reach the host. */
  host: string
  /** @param disk folder that it has in the place of `hidden`, over restarts of its processes; without one, each has an empty one */
  add(disk?: string): Machine
  /** Gives them a port of the host's loopback. @returns where they find it */
  serve(port: number): Promise<number>
  remove(): Promise<void>
}

/**
 * Machines for tests, as network namespaces on a bridge of their own; each has an empty file system over `hidden`, so that none sees what
 * the host or another one has there. Needs root.
 */
export function machinesOn(hidden: string): Machines {
  const tag = randomBytes(2).toString('hex')
  const net = `10.${64 + (randomBytes(1)[0]! % 64)}.${randomBytes(1)[0]!}`
  const [bridge, host] = [`anb${tag}`, `${net}.1`]
  run('ip', 'link', 'add', bridge, 'type', 'bridge')
  run('ip', 'address', 'add', `${host}/24`, 'dev', bridge)
  run('ip', 'link', 'set', bridge, 'up')
  const names: string[] = []
  const delays = new Map<string, number>()
  const links = new Map<string, Link>()
  const children: ChildProcess[] = []
  const proxies: { server: Server; sockets: Set<Socket> }[] = []

  return {
    host,
    add(disk) {
      const [name, link] = [`an${tag}${names.length}`, `anv${tag}${names.length}`]
      const address = `${net}.${2 + names.length}`
      names.push(name)
      const prefix = ['ip', 'netns', 'exec', name] as const
      const inside = (...args: string[]): string => run('ip', ...prefix.slice(1), 'ip', ...args)
      run('ip', 'netns', 'add', name)
      run('ip', 'link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name)
      run('ip', 'link', 'set', link, 'master', bridge, 'up')
      inside('address', 'add', `${address}/24`, 'dev', 'eth0')
      inside('link', 'set', 'eth0', 'up')
      inside('link', 'set', 'lo', 'up')
      return {
        address,
        inside: prefix,
        start(file, args, environment) {
          // `ip netns exec` gives a mount namespace too.
          const mount = disk === undefined ? ['-t', 'tmpfs', '-o', 'mode=0755', 'tmpfs'] : ['--bind', disk]
          const script = `mount ${mount.join(' ')} "$0" && exec "$@"`
          const child = spawn('ip', [...prefix.slice(1), 'sh', '-c', script, hidden, file, ...args], {
            env: { ...process.env, ...environment },
            stdio: ['ignore', 'pipe', 'pipe'],
          })
          children.push(child)
          return child
        },
        disconnect: () => void run('ip', 'link', 'set', link, 'down'),
        reconnect: () => void run('ip', 'link', 'set', link, 'up'),
        slow: (ms) => void delays.set(address, ms),
        limit: (bytesPerSecond) => void links.set(address, { bytesPerSecond, freeAt: 0 }),
        shape(megabitsPerSecond) {
          const bucket = ['tbf', 'rate', `${megabitsPerSecond}mbit`, 'burst', '256k', 'latency', '50ms']
          run('tc', 'qdisc', 'replace', 'dev', link, 'root', ...bucket)
          run('ip', ...prefix.slice(1), 'tc', 'qdisc', 'replace', 'dev', 'eth0', 'root', ...bucket)
        },
      }
    },
    async serve(port) {
      const sockets = new Set<Socket>()
      const server = createServer((socket) => {
        const to = createConnection({ host: '127.0.0.1', port })
        const delay = (): number => delays.get(socket.remoteAddress ?? '') ?? 0
        const link = (): Link | undefined => links.get(socket.remoteAddress ?? '')
        for (const [one, other, waits] of [
          [socket, to, delay],
          [to, socket, (bytes: number) => delay() + queued(link(), bytes)],
        ] as const) {
          sockets.add(one)
          one.on('error', () => other.destroy())
          one.on('close', () => sockets.delete(one))
          one.pipe(delayed(waits)).pipe(other)
        }
      })
      proxies.push({ server, sockets })
      server.listen(0, host)
      await once(server, 'listening')
      return (server.address() as { port: number }).port
    },
    async remove() {
      for (const child of children)
        if (child.exitCode === null && child.signalCode === null) {
          child.kill('SIGKILL')
          await once(child, 'exit')
        }
      for (const { server, sockets } of proxies) {
        server.close()
        for (const socket of sockets) socket.destroy()
      }
      for (const name of names) run('ip', 'netns', 'delete', name)
      run('ip', 'link', 'delete', bridge)
    },
  }
}

interface Link {
  bytesPerSecond: number
  /** When what was sent before is through, by `performance.now()`. */
  freeAt: number
}

/** Milliseconds until a link has carried so many bytes more, after what it carries already. */
function queued(link: Link | undefined, bytes: number): number {
  if (link === undefined) return 0
  const now = performance.now()
  link.freeAt = Math.max(now, link.freeAt) + (1000 * bytes) / link.bytesPerSecond
  return link.freeAt - now
}

/** What passes through waits for as long as `delayMs` says of so many bytes. */
const delayed = (delayMs: (bytes: number) => number): Transform =>
  new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const ms = delayMs(chunk.length)
      if (ms <= 0) done(null, chunk)
      else setTimeout(() => done(null, chunk), ms)
    },
  })

import { posix } from 'node:path'
import { AppError } from '../../errors.ts'

const MAX_LINKS = 200_000
const MAX_HOPS = 40
const MAX_NAMES_PER_FILE = 1000

const linkError = (why: string): AppError => new AppError('archive_link', `The link leads ${why}; it was set aside.`)

/**
 * The links of an archive, to files and to folders. A link is never followed on disk: it gives a file of the archive one more name.
 */
export class ArchiveLinks {
  private readonly targets = new Map<string, string>()
  private readonly byTarget = new Map<string, string[]>()
  private readonly matched = new Set<string>()
  private readonly problems = new Map<string, AppError>()

  get size(): number {
    return this.targets.size + this.problems.size
  }

  /** @param target as the link holds it, relative to the link's folder. */
  addSymbolic(path: string, target: string): void {
    const joined = posix.join(posix.dirname(path), target.replaceAll('\\', '/'))
    if (target.startsWith('/') || /^[a-zA-Z]:/.test(target) || joined === '..' || joined.startsWith('../'))
      this.setAside(path, linkError(`out of the archive, to ${JSON.stringify(target.slice(0, 80))}`))
    else this.add(path, joined)
  }

  /** @param target path of a file in the archive. */
  addHard(path: string, target: string): void {
    this.add(path, target)
  }

  private add(path: string, target: string): void {
    if (this.size >= MAX_LINKS)
      throw new AppError('archive_link', `The archive has more than ${MAX_LINKS} links; pack the files themselves.`)
    this.targets.set(path, posix.normalize(target).replace(/\/$/, ''))
  }

  /** A link that cannot be read itself. */
  setAside(path: string, problem: AppError): void {
    if (this.size < MAX_LINKS) this.problems.set(path, problem)
  }

  /** Follows every link through others, once all are known. */
  resolve(): void {
    for (const [path, target] of this.targets) {
      const end = this.follow(target)
      if (end === undefined || end === '.' || path === end || path.startsWith(`${end}/`))
        this.problems.set(path, linkError('round in a circle'))
      else {
        const names = this.byTarget.get(end)
        if (names === undefined) this.byTarget.set(end, [path])
        else names.push(path)
      }
    }
  }

  /** Where a path leads when each of its folders may be a link; undefined after too many of them. */
  private follow(path: string): string | undefined {
    let parts = path.split('/')
    let hops = 0
    for (let i = 0; i < parts.length; i++) {
      const target = this.targets.get(parts.slice(0, i + 1).join('/'))
      if (target === undefined) continue
      if (++hops > MAX_HOPS) return undefined
      parts = posix.normalize([target, ...parts.slice(i + 1)].join('/')).split('/')
      i = -1
    }
    return parts.join('/')
  }

  /** The other names that a file or folder of the archive has by links to it or to a folder around it. */
  namesOf(path: string): string[] {
    if (this.byTarget.size === 0) return []
    const names: string[] = []
    const queue: { name: string; by: readonly string[] }[] = [{ name: path, by: [] }]
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      for (const { link, rest } of this.linksAt(next.name)) {
        this.matched.add(link)
        if (next.by.includes(link)) this.problems.set(link, linkError('round in a circle'))
        else if (names.length < MAX_NAMES_PER_FILE) {
          names.push(link + rest)
          queue.push({ name: link + rest, by: [...next.by, link] })
        }
      }
    return names
  }

  private linksAt(path: string): { link: string; rest: string }[] {
    const found: { link: string; rest: string }[] = []
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1))
      for (const link of this.byTarget.get(path.slice(0, end)) ?? []) found.push({ link, rest: path.slice(end) })
    return found
  }

  /** Links that lead to no file, once every file has been looked up. */
  *unresolved(): Generator<{ path: string; problem: AppError }> {
    for (const [path, problem] of this.problems) yield { path, problem }
    for (const [path, target] of this.targets)
      if (!this.matched.has(path) && !this.problems.has(path))
        yield { path, problem: linkError(`to ${JSON.stringify(target.slice(0, 200))}, which is not in the archive`) }
  }
}

import { printable } from '../text.ts'
import { isArchiveName, kindByName } from './file-kind.ts'
import { hiddenBy } from './hidden.ts'
import { IgnoredFiles } from './ignored-files.ts'

const MAX_NAMED = 5
const MAX_WARNINGS = 50
/** Forms of tables of labels that are not read. */
const LISTS =
  /(?:\.(?:xlsx?|ods|parquet|arrow|feather|pkl|mat|xml|ya?ml)|(?:label|class|annotation|train|test|val|list|meta)[^/]*\.txt)$/i

/** A count with the first few names. */
class Named {
  count = 0
  readonly first: string[] = []

  add(name: string): void {
    this.count++
    if (this.first.length < MAX_NAMED && !this.first.includes(name)) this.first.push(name)
  }

  get names(): string {
    const shown = this.first.map((name) => printable(name, 80)).join(', ')
    return this.count > this.first.length ? `${shown}, …` : shown
  }
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

/** What a source had that did not become an image or a table, for the report and for errors. */
export class SourceLog {
  readonly ignored = new IgnoredFiles()
  private readonly archives = new Named()
  private readonly hiddenImages = new Map<string, Named>()
  private readonly sparse = new Named()
  private readonly lists = new Named()
  private readonly notes: string[] = []

  /** A file that is ignored because it is no image, or because of its name. */
  ignore(path: string): void {
    this.ignored.add(path)
    const hidden = hiddenBy(path)
    if (hidden === undefined && LISTS.test(path)) this.lists.add(path)
    if (hidden === undefined && isArchiveName(path)) this.archives.add(path)
    if (hidden === undefined || hidden.byTool || kindByName(path) !== 'image') return
    const named = this.hiddenImages.get(hidden.part) ?? new Named()
    if (this.hiddenImages.size < MAX_WARNINGS) this.hiddenImages.set(hidden.part, named)
    named.add(path)
  }

  /** The first ignored files that may list classes of images in a form that is not read. */
  get unreadLists(): readonly string[] {
    return this.lists.first
  }

  /** A file that an archive stores with holes; a download that was not finished looks so too. */
  noteSparse(path: string): void {
    this.sparse.add(path)
  }

  /** A sentence for the report's warnings. */
  note(sentence: string): void {
    if (this.notes.length < MAX_WARNINGS && !this.notes.includes(sentence)) this.notes.push(sentence)
  }

  /** Sentences for the report; complete once every entry has come. */
  warnings(): string[] {
    const hidden = [...this.hiddenImages].map(
      ([part, images]) =>
        `${printable(part, 80)} is hidden, since its name starts with a dot: ${counted(images.count, 'image was', 'images were')} ignored. Rename it to use ${images.count === 1 ? 'it' : 'them'}.`,
    )
    const sparse = `${counted(this.sparse.count, 'file is', 'files are')} stored with holes, which were read as zeros: ${this.sparse.names}.`
    return [
      ...this.notes,
      ...hidden,
      ...(this.sparse.count === 0 ? [] : [sparse]),
      ...(this.archives.count === 0 ? [] : [`The data set is not complete: ${this.describeArchives()}.`]),
    ]
  }

  /** Why a source with no images has none, as the end of a sentence. */
  explainEmpty(): string {
    if (this.archives.count > 0) return this.describeArchives()
    if (this.ignored.count === 0) return 'it holds no files'
    const kinds = this.ignored.byKind().slice(0, MAX_NAMED)
    const shown = kinds.map(({ kind, count }) => `${count} ${printable(kind, 40)}`).join(', ')
    return `it holds ${counted(this.ignored.count, 'file that is no image', 'files that are no images')} (${shown}${this.ignored.byKind().length > MAX_NAMED ? ', …' : ''})`
  }

  private describeArchives(): string {
    const { count, names } = this.archives
    return count === 1
      ? `it holds an archive, ${names}, which is not read; unpack it, and give its folder or the archive itself`
      : `it holds ${count} archives (${names}), which are not read; unpack them, and give the folder`
  }
}

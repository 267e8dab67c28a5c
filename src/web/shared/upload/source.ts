import { withPath } from './dropped-files.ts'

const ARCHIVE = /\.(?:zip|tar|tgz|tbz2?|txz|tzst|tar\.(?:gz|bz2|xz|zst))$/i

/** What is sent as one upload. */
export interface Source {
  /** As the data set is called, unless somebody says otherwise. */
  name: string
  content: File | readonly File[]
  files: number
  sizeBytes: number
  /** Images in no folder, so that nothing says which class they are of. */
  isLoose: boolean
}

const isArchive = (file: File): boolean => ARCHIVE.test(file.name) && file.webkitRelativePath === ''

/** Each archive is an upload of its own; folders and images that come together are one. */
export function sourcesOf(files: readonly File[]): Source[] {
  const archives = files.filter(isArchive)
  const others = files.filter((file) => !isArchive(file))
  return [
    ...archives.map((file) => ({
      ...sizesOf([file]),
      name: file.name.replace(ARCHIVE, ''),
      content: file,
      isLoose: false,
    })),
    ...(others.length === 0 ? [] : [folderSource(others)]),
  ]
}

function folderSource(files: readonly File[]): Source {
  const [first = ''] = files[0]?.webkitRelativePath.split('/') ?? []
  const isOneFolder =
    first !== '' && files.every(({ webkitRelativePath }) => webkitRelativePath.startsWith(`${first}/`))
  return {
    ...sizesOf(files),
    name: isOneFolder ? first : 'images',
    content: files,
    isLoose: files.every(({ webkitRelativePath }) => webkitRelativePath === ''),
  }
}

const sizesOf = (files: readonly File[]): Pick<Source, 'files' | 'sizeBytes'> => ({
  files: files.length,
  sizeBytes: files.reduce((sum, { size }) => sum + size, 0),
})

/** Images in no folder, as those of one class. */
export function asClass(source: Source, name: string): Source {
  if (source.content instanceof File) return source
  const content = source.content.map((file) =>
    withPath(
      new File([file], file.name, { type: file.type, lastModified: file.lastModified }),
      `images/${name.replaceAll('/', '_')}/${file.name}`,
    ),
  )
  return { ...source, content, isLoose: false }
}

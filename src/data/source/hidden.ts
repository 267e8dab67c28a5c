/** Files and folders that systems and tools leave next to images. */
const LEFT_BY_TOOLS = new Set([
  ...['__macosx', 'thumbs.db', 'ehthumbs.db', 'desktop.ini', '@eadir', '$recycle.bin', 'system volume information'],
  ...['#recycle', '#snapshot', 'lost+found', '__pycache__', 'icon\r', 'paxheader', 'paxheaders'],
  ...['.ds_store', '.appledouble', '.lsoverride', '.fseventsd', '.spotlight-v100', '.trashes', '.temporaryitems'],
  ...['.directory', '.thumbnails', '.thumbs', '.picasa.ini', '.nomedia', '.ipynb_checkpoints', '.cache', '.config'],
  ...['.git', '.github', '.gitattributes', '.gitignore', '.gitkeep', '.keep', '.svn', '.hg', '.dvc', '.dvcignore'],
  ...['.datalad', '.idea', '.vscode', '.venv', '.stfolder', '.sync', '.tmp', '.huggingface'],
])
const LEFT_BY_TOOLS_STARTS = /^(?:\._|~\$|\.trash|\.nfs|paxheaders\.)/i

/** First characters of all of these, so that most names need no closer look. */
const STARTS: ReadonlySet<number> = new Set(
  [...LEFT_BY_TOOLS, '.', '~', 'paxheaders'].flatMap((name) => [name.charCodeAt(0), name.toUpperCase().charCodeAt(0)]),
)

export interface Hidden {
  /** The part of the path that hides it. */
  part: string
  /** Whether tools are known to leave it; a user may have named any other hidden file so by intention. */
  byTool: boolean
}

/** Files come folder by folder: the answer for the folder of the one before. */
const before: { folder: string; hidden: Hidden | undefined } = { folder: '', hidden: undefined }

/** Why a path is not looked at: a part that a system or tool has left, or one that starts with a dot. */
export function hiddenBy(path: string): Hidden | undefined {
  const slash = path.lastIndexOf('/')
  if (slash === -1) return hidingPart(path)
  const folder = path.slice(0, slash)
  if (folder !== before.folder) {
    before.folder = folder
    before.hidden = undefined
    for (const part of folder.split('/')) before.hidden ??= hidingPart(part)
  }
  return before.hidden ?? hidingPart(path.slice(slash + 1))
}

function hidingPart(part: string): Hidden | undefined {
  if (!STARTS.has(part.charCodeAt(0))) return undefined
  if (LEFT_BY_TOOLS_STARTS.test(part)) return { part: `${part.slice(0, 2)}*`, byTool: true }
  if (LEFT_BY_TOOLS.has(part.toLowerCase())) return { part, byTool: true }
  return part.startsWith('.') ? { part, byTool: false } : undefined
}

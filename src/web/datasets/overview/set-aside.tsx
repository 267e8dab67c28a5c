import { Link } from '@tanstack/react-router'
import { counted, count } from '../../format.ts'
import { Card } from '../../ui/card.tsx'
import { DataTable, type Column } from '../../ui/data-table.tsx'
import type { IngestReport } from '../dataset-queries.ts'

const EXAMPLES = 3

interface Group {
  code: string
  files: { file: string; detail: string }[]
}

/** Files that are no part of the data set, with the reasons. */
export function SetAside({ id, version, report }: { id: string; version: number; report: IngestReport }) {
  const { quarantined, ignored } = report
  if (quarantined.count === 0 && ignored.count === 0) return null
  const listed = quarantined.files.length
  return (
    <Card title="What was left out">
      {quarantined.count > 0 && (
        <>
          <p>
            {counted(quarantined.count, 'file')} could not be used.
            {listed < quarantined.count && ` The reasons of the first ${count(listed)}:`}
          </p>
          <DataTable
            caption="Files that were set aside, by reason"
            columns={SET_ASIDE}
            rows={groupsOf(quarantined.files)}
            rowId={({ code }) => code}
          />
          <Link to="/datasets/$id" params={{ id }} search={{ version, tab: 'images', show: 'aside' }}>
            All files that were set aside
          </Link>
        </>
      )}
      {ignored.count > 0 && (
        <>
          <p>
            {counted(ignored.count, 'other file')} {ignored.count === 1 ? 'is no image' : 'are no images'} and counted
            for nothing.
          </p>
          <DataTable
            caption="Files that were ignored, by kind"
            columns={IGNORED}
            rows={ignored.kinds}
            rowId={({ kind }) => kind}
          />
        </>
      )}
    </Card>
  )
}

const SET_ASIDE: readonly Column<Group>[] = [
  { id: 'code', header: 'Reason', value: ({ code }) => code, cell: ({ code }) => <code>{code}</code> },
  {
    id: 'files',
    header: 'Files',
    align: 'number',
    value: ({ files }) => files.length,
    cell: ({ files }) => count(files.length),
  },
  {
    id: 'examples',
    header: 'Examples',
    cell: ({ files }) => (
      <ul className="plain">
        {files.slice(0, EXAMPLES).map(({ file, detail }) => (
          <li key={file} className="break">
            <span className="mono">{file}</span> <span className="faint">{detail}</span>
          </li>
        ))}
      </ul>
    ),
  },
]

const IGNORED: readonly Column<IngestReport['ignored']['kinds'][number]>[] = [
  { id: 'kind', header: 'Kind', value: ({ kind }) => kind, cell: ({ kind }) => <span className="break">{kind}</span> },
  {
    id: 'count',
    header: 'Files',
    align: 'number',
    value: (kind) => kind.count,
    cell: (kind) => count(kind.count),
  },
  { id: 'example', header: 'Example', cell: ({ example }) => <span className="mono break">{example}</span> },
]

function groupsOf(files: IngestReport['quarantined']['files']): Group[] {
  const groups = new Map<string, Group>()
  for (const { code, file, detail } of files) {
    const group = groups.get(code) ?? { code, files: [] }
    group.files.push({ file, detail })
    groups.set(code, group)
  }
  return [...groups.values()].sort((a, b) => b.files.length - a.files.length)
}

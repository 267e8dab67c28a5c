import { Bookmark } from 'lucide-react'
import { useState, type SyntheticEvent } from 'react'
import { credentials } from '../credentials.ts'
import { Button } from '../ui/button.tsx'
import { copyText } from '../ui/copy-button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { Menu, MenuGroup, MenuItem } from '../ui/menu.tsx'
import { jobsSearch, type JobsSearch } from './search.ts'

interface View {
  name: string
  search: JobsSearch
}

const storedAt = (): string => `anneal-job-views-${credentials.team() ?? ''}`

/** Those of the team in this browser; what cannot be read is as good as none. */
function storedViews(): View[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storedAt()) ?? '[]')
    return Array.isArray(stored) ? stored.flatMap(viewOf) : []
  } catch {
    return []
  }
}

function viewOf(stored: unknown): View[] {
  if (typeof stored !== 'object' || stored === null || !('name' in stored) || !('search' in stored)) return []
  const { name, search } = stored
  if (typeof name !== 'string' || typeof search !== 'object' || search === null) return []
  return [{ name, search: jobsSearch({ ...search }) }]
}

interface ViewsProps {
  search: JobsSearch
  onOpen: (search: JobsSearch) => void
}

/** Named combinations of filters, order, groups and columns. The address of the page has the same, for others. */
export function Views({ search, onOpen }: ViewsProps) {
  const [views, setViews] = useState(storedViews)
  const [isNaming, setNaming] = useState(false)
  const keep = (next: View[]): void => {
    localStorage.setItem(storedAt(), JSON.stringify(next))
    setViews(next)
  }
  const save = (name: string): void => {
    keep([...views.filter((view) => view.name !== name), { name, search }])
    setNaming(false)
  }
  return (
    <>
      <Menu label="Views" icon={<Bookmark aria-hidden />}>
        {views.length > 0 && (
          <MenuGroup label="Open">
            {views.map((view) => (
              <MenuItem key={view.name} onClick={() => onOpen(view.search)}>
                {view.name}
              </MenuItem>
            ))}
          </MenuGroup>
        )}
        <MenuGroup>
          <MenuItem onClick={() => setNaming(true)}>Save this view…</MenuItem>
          <MenuItem onClick={() => void copyText(window.location.href)}>Copy its link</MenuItem>
        </MenuGroup>
        {views.length > 0 && (
          <MenuGroup label="Delete">
            {views.map(({ name }) => (
              <MenuItem key={name} danger onClick={() => keep(views.filter((view) => view.name !== name))}>
                {name}
              </MenuItem>
            ))}
          </MenuGroup>
        )}
      </Menu>
      {isNaming && <NameDialog onSave={save} onClose={() => setNaming(false)} />}
    </>
  )
}

function NameDialog({ onSave, onClose }: { onSave: (name: string) => void; onClose: () => void }) {
  const [name, setName] = useState('')
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    if (name.trim() !== '') onSave(name.trim())
  }
  return (
    <Dialog title="Save this view" open onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <TextField
          label="Name of the view"
          required
          maxLength={100}
          value={name}
          onChange={setName}
          description="Kept in this browser: filters, order, groups and columns. To share it, copy its link."
        />
        <div className="row end">
          <Button type="submit" kind="primary">
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

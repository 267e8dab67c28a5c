import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { EllipsisVertical } from 'lucide-react'
import { useState, type SyntheticEvent } from 'react'
import { api, data } from '../api.ts'
import { useSave } from '../shared/save-file.ts'
import { Shares } from '../shared/shares.tsx'
import { Button } from '../ui/button.tsx'
import { ConfirmDialog, Dialog } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import { Menu, MenuGroup, MenuItem, MenuLink } from '../ui/menu.tsx'
import { ErrorState } from '../ui/states.tsx'
import { useToast } from '../ui/toast.tsx'
import type { Dataset } from './dataset-queries.ts'

type Open = 'rename' | 'share' | 'delete'

export function DatasetActions({ dataset }: { dataset: Dataset }) {
  const { id, version, state, sharedBy } = dataset
  const [open, setOpen] = useState<Open>()
  const close = (): void => setOpen(undefined)
  const save = useSave()
  const isOwn = sharedBy === null
  return (
    <>
      <Menu label="More" icon={<EllipsisVertical aria-hidden />}>
        {state === 'ready' && (
          <MenuGroup>
            <MenuItem
              onClick={() => save.mutate({ path: `/v1/datasets/${id}@${version}/export`, fileName: `${id}.zip` })}
            >
              Download as a zip
            </MenuItem>
            <MenuLink to="/predictions" search={{ dataset: id }}>
              Predict with a model
            </MenuLink>
            <MenuLink to="/jobs" search={{ dataset: id }}>
              Jobs that used it
            </MenuLink>
          </MenuGroup>
        )}
        <MenuGroup>
          <MenuItem disabled={!isOwn} onClick={() => setOpen('rename')}>
            Rename…
          </MenuItem>
          <MenuItem disabled={!isOwn} onClick={() => setOpen('share')}>
            Share…
          </MenuItem>
          <MenuItem danger disabled={!isOwn} onClick={() => setOpen('delete')}>
            Delete…
          </MenuItem>
        </MenuGroup>
      </Menu>
      {open === 'rename' && <Rename dataset={dataset} onClose={close} />}
      <Dialog title="Share with another team" open={open === 'share'} onClose={close}>
        <Shares of={{ dataset: id }} />
      </Dialog>
      <Delete dataset={dataset} open={open === 'delete'} onClose={close} />
    </>
  )
}

function Rename({ dataset: { id, name }, onClose }: { dataset: Dataset; onClose: () => void }) {
  const queries = useQueryClient()
  const [value, setValue] = useState(name)
  const [error, setError] = useState<unknown>()
  const rename = async (): Promise<void> => {
    try {
      await data(api.PATCH('/v1/datasets/{id}', { params: { path: { id } }, body: { name: value.trim() } }))
      await queries.invalidateQueries({ queryKey: ['datasets'] })
      onClose()
    } catch (reason) {
      setError(reason)
    }
  }
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    void rename()
  }
  return (
    <Dialog title="Rename the data set" open onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <TextField
          label="Name"
          required
          maxLength={200}
          value={value}
          onChange={setValue}
          description="Of all its versions."
        />
        {error !== undefined && <ErrorState error={error} />}
        <div className="row end">
          <Button type="submit" kind="primary">
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function Delete({ dataset, open, onClose }: { dataset: Dataset; open: boolean; onClose: () => void }) {
  const { id, name } = dataset
  const queries = useQueryClient()
  const navigate = useNavigate()
  const toast = useToast()
  const users = useQuery({
    queryKey: ['jobs', 'of-dataset', id],
    queryFn: ({ signal }) => data(api.GET('/v1/jobs', { params: { query: { dataset: id, limit: 6 } }, signal })),
    enabled: open,
  })
  const remove = async (): Promise<void> => {
    await data(api.DELETE('/v1/datasets/{id}', { params: { path: { id } } }))
    toast.done(`${name} is in the trash.`)
    await navigate({ to: '/datasets' })
    await queries.invalidateQueries({ queryKey: ['datasets'] })
  }
  const jobs = users.data?.data ?? []
  return (
    <ConfirmDialog title="Delete the data set" confirm="Delete" danger open={open} onClose={onClose} onConfirm={remove}>
      <div className="stack tight">
        <p className="break">
          {name} goes to the trash with all its versions, and can be restored from there for some time.
        </p>
        {jobs.length > 0 && (
          <>
            <p>Jobs that used it keep their reports and checkpoints, but cannot run again:</p>
            <ul>
              {jobs.slice(0, 5).map((job) => (
                <li key={job.id} className="break">
                  {job.name} <span className="faint">({job.state})</span>
                </li>
              ))}
              {jobs.length > 5 && <li>and more</li>}
            </ul>
          </>
        )}
        {users.isSuccess && jobs.length === 0 && <p>No job has used it.</p>}
      </div>
    </ConfirmDialog>
  )
}

import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { EllipsisVertical } from 'lucide-react'
import { useState } from 'react'
import { api, data } from '../api.ts'
import { Shares } from '../shared/shares.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { ConfirmDialog, Dialog } from '../ui/dialog.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { refOf, type Model } from './model-queries.ts'

export function ModelActions({ model }: { model: Model }) {
  const { name, sharedBy, newestVersion } = model
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [open, setOpen] = useState<'share' | 'delete'>()
  const close = (): void => setOpen(undefined)
  const remove = async (): Promise<void> => {
    await data(api.DELETE('/v1/models/{name}', { params: { path: { name } } }))
    await navigate({ to: '/models' })
    await queries.invalidateQueries({ queryKey: ['models'] })
  }
  return (
    <>
      {newestVersion !== null && (
        <ButtonLink to="/predictions" search={{ model: refOf(model) }}>
          Predict many images
        </ButtonLink>
      )}
      {sharedBy === null && (
        <Menu label="More" icon={<EllipsisVertical aria-hidden />}>
          <MenuItem onClick={() => setOpen('share')}>Share…</MenuItem>
          <MenuItem danger onClick={() => setOpen('delete')}>
            Delete…
          </MenuItem>
        </Menu>
      )}
      <Dialog title="Share with another team" open={open === 'share'} onClose={close}>
        <Shares of={{ model: name }} />
      </Dialog>
      <ConfirmDialog
        title="Delete the model"
        confirm="Delete"
        danger
        open={open === 'delete'}
        onClose={close}
        onConfirm={remove}
      >
        <span className="break">
          {name} goes with all its versions. Checkpoints and jobs stay. Its aliases must be removed first, so that
          nothing that runs is cut off.
        </span>
      </ConfirmDialog>
    </>
  )
}

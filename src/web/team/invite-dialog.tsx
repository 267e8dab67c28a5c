import { useState, type SyntheticEvent } from 'react'
import { api, data } from '../api.ts'
import { useChange } from '../shared/use-change.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { ErrorState } from '../ui/states.tsx'
import { ROLES, type Role } from './roles.ts'

export function InviteDialog({ onClose }: { onClose: () => void }) {
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('member')
  const invite = useChange(() => data(api.POST('/v1/team/members', { body: { email: email.trim(), role } })), {
    keys: [['team', 'members']],
    done: `${email.trim()} is invited.`,
    quiet: true,
  })
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault()
    invite.mutate(undefined, { onSuccess: onClose })
  }
  return (
    <Dialog title="Invite somebody" open onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <TextField
          label="Email"
          type="email"
          required
          maxLength={254}
          value={email}
          onChange={setEmail}
          description="As the identity provider knows them. No email is sent: tell them to sign in here."
        />
        <SelectField
          label="Role"
          value={role}
          options={ROLES}
          onChange={(value) => setRole(ROLES.find((known) => known.value === value)?.value ?? role)}
        />
        {invite.isError && <ErrorState error={invite.error} />}
        <div className="row end">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" busy={invite.isPending}>
            Invite
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

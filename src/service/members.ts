import { AppError } from '../errors.ts'
import { changedBy } from './changed-by.ts'
import { newId } from './ids.ts'
import type { Member, Role } from './people-resources.ts'
import type { Caller, PageRequest } from './ports/caller.ts'
import type { PeopleStore } from './ports/people.ts'
import { requireFound } from './require-found.ts'
import type { Page } from './resources.ts'

/** The people of a team. */
export function memberService({ store, now }: { store: PeopleStore; now: () => number }) {
  return {
    members: ({ teamId }: Caller, page: PageRequest): Promise<Page<Member>> => store.members(teamId, page),
    findMember: ({ teamId }: Caller, id: string): Promise<Member | undefined> => store.member(teamId, id),
    inviteMember: (
      caller: Caller,
      { email, role }: { email: string; role: Role },
      id = newId('mem', now()),
    ): Promise<Member> =>
      store.inviteMember(caller.teamId, { id, email: email.toLowerCase(), role }, changedBy(caller)),
    changeRole: async (caller: Caller, id: string, role: Role): Promise<Member> =>
      requireFound(await store.changeRole(caller.teamId, id, role, changedBy(caller)), 'member', id),
    async removeMember(caller: Caller, id: string): Promise<void> {
      if (!(await store.removeMember(caller.teamId, id, changedBy(caller))))
        throw new AppError('not_found', `There is no member ${id}.`)
    },
  }
}

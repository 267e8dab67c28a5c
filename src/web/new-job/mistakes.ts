import { AnnealError } from '../api.ts'
import type { Mistake } from '../shared/spec-form/form-context.ts'

/** Fields of a request that are no part of its spec. */
const OUTSIDE =
  /^\/(dataset|checkpoint|name|tags|notes|priority|deadline|maxRunSeconds|maxWaitSeconds|resources|after|space|trials|asha|rangeTest|policySearch|objective)(\/|$)/

interface Mistakes {
  inSpec: Mistake[]
  elsewhere: Mistake[]
}

/** What is wrong with the spec as it is checked, or with the request as it was sent last: in the spec, and in the fields around it. */
export function mistakesOf(checked: AnnealError | undefined, refused: unknown, isWrapped: boolean): Mistakes {
  const sent = refused instanceof AnnealError ? refused.errors : []
  const all = [...(checked?.errors ?? []), ...sent.map((mistake) => (isWrapped ? unwrapped(mistake) : mistake))]
  const once = [...new Map(all.map((mistake) => [`${mistake.pointer} ${mistake.detail}`, mistake])).values()]
  return {
    inSpec: once.filter(({ pointer }) => !OUTSIDE.test(pointer)),
    elsewhere: once.filter(({ pointer }) => OUTSIDE.test(pointer)),
  }
}

/** Sweeps and forks have the spec as a part of the request. */
const unwrapped = ({ pointer, detail }: Mistake): Mistake => ({
  pointer: pointer.startsWith('/spec/') ? pointer.slice('/spec'.length) : pointer,
  detail,
})

import { publicText } from '../service/public-text.ts'
import type { Reason } from '../service/resources.ts'

/** A reason as it is kept: those who read it are told what happened, and nothing of the machine. */
export const publicReason = (reason: Reason): Reason => ({ ...reason, detail: publicText(reason.detail) })

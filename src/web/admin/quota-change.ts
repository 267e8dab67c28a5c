import type { components } from '../../../clients/typescript/src/schema.ts'

type Schemas = components['schemas']
type Name = keyof Schemas['QuotaState']

/** Limits and weight as they are typed. */
export interface TypedQuota {
  weight: string
  limits: Partial<Record<Name, string>>
}

export const typedOf = ({ weight, own }: Pick<Schemas['TeamQuota'], 'weight' | 'own'>): TypedQuota => ({
  weight: String(weight),
  limits: Object.fromEntries(Object.entries(own).map(([name, limit]) => [name, String(limit)])),
})

/** What is left empty is null: the limit of the installation. */
export const changeOf = ({ weight, limits }: TypedQuota): Schemas['TeamQuotaChange'] => ({
  weight: Number(weight),
  limits: Object.fromEntries(
    Object.entries(limits).map(([name, text]) => [name, text.trim() === '' ? null : Number(text)]),
  ),
})

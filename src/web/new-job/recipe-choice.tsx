import { useQuery } from '@tanstack/react-query'
import { api, data } from '../api.ts'
import { SelectField } from '../ui/field.tsx'

/** A recipe to start from; the fields of the spec override it. */
export function RecipeChoice({ value, onChange }: { value: string; onChange: (name: string) => void }) {
  const recipes = useQuery({
    queryKey: ['spec', 'recipes'],
    queryFn: ({ signal }) => data(api.GET('/v1/spec/recipes', { signal })),
    staleTime: Infinity,
  })
  const all = recipes.data?.data ?? []
  const chosen = all.find(({ name }) => name === value)
  return (
    <SelectField
      label="Recipe"
      description={chosen?.summary ?? 'A starting point; what you change below overrides it.'}
      value={value}
      onChange={onChange}
      options={[
        { value: '', label: 'None: chosen from the data' },
        ...all.map(({ name, summary }) => ({ value: name, label: `${name}: ${summary}` })),
      ]}
    />
  )
}

import type { KubernetesObject } from './kubernetes.ts'

interface Reference {
  name: string
  key: string
}

export interface Variable {
  name: string
  value?: string
  valueFrom?: { secretKeyRef?: Reference; resourceFieldRef?: { resource: string } }
}

export interface Container {
  name: string
  image: string
  args?: string[]
  env?: Variable[]
  securityContext?: { runAsUser?: number; [field: string]: unknown }
  resources?: { requests?: Record<string, string | number>; limits?: Record<string, string | number> }
  volumeMounts?: { name: string; mountPath: string }[]
  [field: string]: unknown
}

/** What the tests look at of a pod's template. */
export interface Pod {
  /** Kind and name of the object that it is part of. */
  owner: string
  labels: Record<string, string>
  spec: {
    containers: Container[]
    volumes?: { name: string; [source: string]: unknown }[]
    securityContext?: Record<string, unknown>
    terminationGracePeriodSeconds?: number
    [field: string]: unknown
  }
}

interface Template {
  metadata?: { labels?: Record<string, string> }
  spec: Pod['spec']
}

/** Those that objects make. */
export const podsOf = (objects: readonly KubernetesObject[]): Pod[] =>
  objects.flatMap((object) => {
    const template = templateOf(object)
    if (template === undefined) return []
    const { metadata, spec } = template
    return [{ owner: `${object.kind} ${object.metadata.name}`, labels: metadata?.labels ?? {}, spec }]
  })

function templateOf(object: KubernetesObject): Template | undefined {
  if (object.kind === 'Pod') return object as unknown as Template
  if (object.kind === 'CronJob')
    return (object['spec'] as { jobTemplate: { spec: { template: Template } } }).jobTemplate.spec.template
  return (object['spec'] as { template?: Template } | undefined)?.template
}

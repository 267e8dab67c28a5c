import { readFileSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { CHART, helm, objectsOf, renderChart } from '../../helpers/helm.ts'
import { schemaErrors, type KubernetesObject } from '../../helpers/kubernetes.ts'
import { podsOf, type Pod, type Variable } from '../../helpers/pods.ts'

const CASES: Readonly<Record<string, string[]>> = {
  'default values': [],
  ...Object.fromEntries(
    readdirSync(join(CHART, 'ci')).map((name) => [name, ['--values', join(CHART, 'ci', name)]] as const),
  ),
}
const MANIFESTS = ['deploy/kueue', 'deploy/kubernetes']
const SECRET_NAME = /SECRET|TOKEN|PASSWORD|ACCESS_KEY|DATABASE_URL|REDIS_URL|APPLICATION_URL/

// Helm is started a few dozen times, and TypeScript reads the types of all of Kubernetes.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })

/** The objects of each set of values. */
const rendered = new Map<string, KubernetesObject[]>()
const manifests = MANIFESTS.flatMap((folder) =>
  readdirSync(folder).flatMap((name) => objectsOf(readFileSync(join(folder, name), 'utf8'))),
)

beforeAll(async () => {
  for (const [name, options] of Object.entries(CASES)) rendered.set(name, await renderChart(...options))
})

const objects = (name: string): KubernetesObject[] => rendered.get(name) ?? []
const everything = (): KubernetesObject[] => [...rendered.values(), manifests].flat()
const ofKind = (all: readonly KubernetesObject[], kind: string): KubernetesObject[] =>
  all.filter((object) => object.kind === kind)

function find<T>(all: readonly KubernetesObject[], kind: string, name: string): T {
  const found = ofKind(all, kind).find(({ metadata }) => metadata.name === name)
  if (found === undefined) throw new Error(`There is no ${kind} ${name}.`)
  return found['spec'] as T
}

const podOf = (all: readonly KubernetesObject[], owner: string): Pod => {
  const pod = podsOf(all).find((candidate) => candidate.owner === owner)
  if (pod === undefined) throw new Error(`There is no pod of ${owner}.`)
  return pod
}

const environmentOf = (pod: Pod): Record<string, Variable> =>
  Object.fromEntries((pod.spec.containers[0]?.env ?? []).map((variable) => [variable.name, variable]))

const matches = (labels: Readonly<Record<string, string>>, selector: Readonly<Record<string, string>>): boolean =>
  Object.entries(selector).every(([name, value]) => labels[name] === value)

describe('the chart', () => {
  it('has objects that the published schemas accept, for every set of values', () => {
    expect(Object.keys(CASES)).toEqual(['default values', 'gpu-pools.yaml', 'minimal.yaml', 's3.yaml'])
    for (const name of Object.keys(CASES)) expect(objects(name).length, name).toBeGreaterThanOrEqual(5)
    expect(schemaErrors(everything())).toEqual([])
  })

  it('passes the linter of Helm', async () => {
    for (const options of Object.values(CASES))
      expect(await helm('lint', '--strict', CHART, ...options)).toContain('0 chart(s) failed')
  })

  it('is the same from a package, with the rules and the dashboard of deploy/', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chart-'))
    try {
      const [, archive = ''] = /saved it to: (.*)/.exec(await helm('package', CHART, '--destination', folder)) ?? []
      const options = CASES['gpu-pools.yaml'] ?? []
      expect(objectsOf(await helm('template', 'anneal', archive, '--namespace', 'anneal', ...options))).toEqual(
        objects('gpu-pools.yaml'),
      )
    } finally {
      await rm(folder, { recursive: true })
    }
    const all = objects('gpu-pools.yaml')
    expect(find(all, 'PrometheusRule', 'anneal')).toEqual(parse(readFileSync('deploy/prometheus/alerts.yml', 'utf8')))
    const [dashboard] = ofKind(all, 'ConfigMap').filter(({ metadata }) => metadata.name === 'anneal-dashboard')
    const { 'anneal.json': text = '' } = dashboard!['data'] as Record<string, string>
    expect(JSON.parse(text)).toEqual(JSON.parse(readFileSync('deploy/grafana/anneal.json', 'utf8')))
    const jobs = JSON.stringify([...ofKind(all, 'ServiceMonitor'), ...ofKind(all, 'PodMonitor')])
    for (const job of ['anneal-api', 'anneal-worker']) {
      expect(jobs).toContain(`"targetLabel":"job","replacement":"${job}"`)
      expect(readFileSync('deploy/prometheus/prometheus.yml', 'utf8')).toContain(job)
    }
  })

  it('refuses values that it does not know, and secrets among them', async () => {
    const refused: [string, RegExp][] = [
      ['api.replica=2', /replica' not allowed/],
      ['pools[0].name=default,pools[0].gpus=1', /gpus' not allowed/],
      ['pools[0].name=Not A Name', /does not match pattern/],
      ["pools[0].name=x' OR true", /does not match pattern/],
      ['pools[0].name=a,pools[1].name=a', /pools has the name a twice/],
      ['config.ANNEAL_SECRET_KEY=x', /ANNEAL_SECRET_KEY/],
      ['config.ANNEAL_OPERATOR_TOKENS=me:x', /ANNEAL_OPERATOR_TOKENS/],
      ['config.DATABASE_URL=postgresql://x', /DATABASE_URL/],
      ['api.env[0].name=AWS_SECRET_ACCESS_KEY,api.env[0].value=x', /api\/env\/0/],
      ['blobs.url=https://bucket', /blobs\/url/],
      ['ingress.enabled=true', /ingress\/hosts/],
      ['backup.enabled=true', /backup\/existingClaim/],
      ['poolDefaults.terminationGracePeriodSeconds=10', /terminationGracePeriodSeconds/],
      ['api.drainSeconds=30', /at least 10 more than api.drainSeconds/],
    ]
    for (const [setting, message] of refused)
      await expect(renderChart('--set', setting), setting).rejects.toThrow(message)
  })

  it('describes every value', () => {
    const readme = readFileSync(join(CHART, 'README.md'), 'utf8')
    const values = parse(readFileSync(join(CHART, 'values.yaml'), 'utf8')) as Record<string, unknown>
    for (const [name, value] of Object.entries(values)) {
      const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value)
      const keys = isGroup ? Object.keys(value) : []
      for (const key of keys.length === 0 ? [name] : keys.map((inner) => `${name}.${inner}`))
        expect(readme, key).toContain(`\`${key}\``)
    }
  })
})

describe('every pod', () => {
  it('runs as a user without rights, on a root file system that it cannot write to', () => {
    const pods = podsOf(everything())
    expect(new Set(pods.map(({ owner }) => owner.split(' ', 1)[0]))).toEqual(
      new Set(['Deployment', 'Job', 'CronJob', 'Pod']),
    )
    for (const { owner, spec } of pods) {
      expect(spec, owner).toMatchObject({
        automountServiceAccountToken: false,
        // A Service called anneal would set ANNEAL_PORT.
        enableServiceLinks: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 10001,
          runAsGroup: 10001,
          fsGroup: 10001,
          seccompProfile: { type: 'RuntimeDefault' },
        },
      })
      for (const field of ['hostNetwork', 'hostPID', 'hostIPC', 'initContainers'])
        expect(spec, owner).not.toHaveProperty(field)
      for (const container of spec.containers) {
        expect(container.securityContext, owner).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        })
        expect(Object.keys(container.resources?.requests ?? {}), owner).toEqual(['cpu', 'memory'])
        expect(container.resources?.limits, owner).toHaveProperty('memory')
        const volumes = new Map((spec.volumes ?? []).map((volume) => [volume.name, volume]))
        const mounted = (container.volumeMounts ?? []).map(
          ({ name, mountPath }) => [mountPath, volumes.get(name)] as const,
        )
        expect(
          mounted.map(([path]) => path),
          owner,
        ).toContain('/tmp')
        for (const [path, volume] of mounted)
          expect(Object.keys(volume ?? {}), `${owner} ${path}`).toEqual([
            'name',
            expect.stringMatching(/^(emptyDir|persistentVolumeClaim)$/),
          ])
      }
    }
  })

  it('gets secrets by reference alone', () => {
    expect(ofKind(everything(), 'Secret')).toEqual([])
    expect(JSON.stringify(everything())).not.toMatch(/(postgres(ql)?|rediss?):\/\//)
    for (const { owner, spec } of podsOf(everything()))
      for (const container of spec.containers)
        for (const variable of container.env ?? [])
          if (SECRET_NAME.test(variable.name) || variable.name === 'ANNEAL_SECRET_KEY')
            expect([owner, Object.keys(variable), Object.keys(variable.valueFrom ?? {})]).toEqual([
              owner,
              ['name', 'valueFrom'],
              ['secretKeyRef'],
            ])
  })

  it('is given an environment that the service reads', () => {
    const source = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((name) => /config.*\.ts$/.test(name))
      .map((name) => readFileSync(join('src', name), 'utf8'))
      .join('\n')
    const variables = podsOf(everything()).flatMap(({ spec }) => spec.containers.flatMap(({ env = [] }) => env))
    const config = ofKind(everything(), 'ConfigMap').flatMap(({ metadata, ...object }) =>
      metadata.name === 'anneal-config' ? Object.keys(object['data'] ?? {}) : [],
    )
    const names = new Set([...variables.map(({ name }) => name), ...config])
    expect(names.size).toBeGreaterThan(20)
    // Which the container runtime reads.
    expect([...names].filter((name) => !source.includes(`'${name}'`))).toEqual(['NVIDIA_DRIVER_CAPABILITIES'])
  })

  it('of a Deployment has probes on its ports, and the time to end cleanly', () => {
    for (const { owner, spec } of podsOf(everything()).filter((pod) => pod.owner.startsWith('Deployment'))) {
      const [container] = spec.containers
      const ports = (container!['ports'] as { name: string }[]).map(({ name }) => name)
      for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
        const { httpGet } = container![probe] as { httpGet: { port: string; path: string } }
        expect(ports, owner).toContain(httpGet.port)
        expect(httpGet.path).toBe(
          !owner.endsWith('-api') ? '/metrics' : probe === 'readinessProbe' ? '/readyz' : '/livez',
        )
      }
      // A worker's last checkpoint may take 25 seconds; an API's requests, after its drain, six.
      expect(spec.terminationGracePeriodSeconds, owner).toBeGreaterThanOrEqual(owner.endsWith('-api') ? 15 : 35)
    }
  })

  it('is chosen by the objects that mean it', () => {
    for (const name of Object.keys(CASES)) {
      const all = objects(name)
      const pods = podsOf(all).filter(({ owner }) => owner.startsWith('Deployment'))
      for (const object of all) {
        const spec = object['spec'] as {
          selector?: Record<string, unknown>
          podSelector?: { matchLabels: Record<string, string> }
        }
        const selector =
          object.kind === 'Service'
            ? (spec.selector as Record<string, string>)
            : object.kind === 'ServiceMonitor'
              ? undefined
              : (spec?.selector?.['matchLabels'] as Record<string, string> | undefined)
        if (selector === undefined) continue
        const chosen = pods.filter(({ labels }) => matches(labels, selector)).map(({ owner }) => owner)
        if (object.kind === 'PodMonitor') expect(chosen, object.metadata.name).toHaveLength(pods.length - 1)
        else
          expect(chosen, `${object.kind} ${object.metadata.name}`).toEqual([
            `Deployment ${object.metadata.name.replace(/-metrics$/, '')}`,
          ])
      }
      for (const { labels, owner } of podsOf(all))
        if (ofKind(all, 'NetworkPolicy').length > 0 && !owner.startsWith('Pod '))
          expect(
            ofKind(all, 'NetworkPolicy').filter(
              (policy) =>
                !policy.metadata.name.startsWith('anneal-gangs-') &&
                matches(
                  labels,
                  (policy['spec'] as { podSelector: { matchLabels: Record<string, string> } }).podSelector.matchLabels,
                ),
            ),
            owner,
          ).toHaveLength(1)
    }
  })
})

describe('pools', () => {
  it('are Deployments with what each needs of its nodes', () => {
    const all = objects('gpu-pools.yaml')
    const one = podOf(all, 'Deployment anneal-worker-a100')
    expect(one.spec).toMatchObject({
      nodeSelector: { 'nvidia.com/gpu.product': 'NVIDIA-A100-SXM4-80GB' },
      tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
      runtimeClassName: 'nvidia',
      priorityClassName: 'training',
      terminationGracePeriodSeconds: 300,
    })
    const [container] = one.spec.containers
    // The image of its own, with the tag of the release.
    expect(container).toMatchObject({
      image: 'registry.example.com/anneal-worker-cuda:0.1.0',
      args: ['worker'],
      resources: { limits: { memory: '64Gi', 'nvidia.com/gpu': 1 } },
    })
    const environment = environmentOf(one)
    expect(environment['ANNEAL_WORKER_POOL']?.value).toBe('a100')
    expect(environment['ANNEAL_WORKER_LABELS']?.value).toBe('a100,nvlink')
    expect(environment['ANNEAL_THREADS']?.valueFrom?.resourceFieldRef?.resource).toBe('requests.cpu')

    const other = podOf(all, 'Deployment anneal-worker-h100')
    expect(other.spec.containers[0]?.image).toMatch(/anneal-worker-cuda@sha256:[0-9a-f]{64}$/)
    expect(other.spec.volumes).toContainEqual({
      name: 'shared-memory',
      emptyDir: { medium: 'Memory', sizeLimit: '16Gi' },
    })
    expect(environmentOf(other)).toMatchObject({
      ANNEAL_THREADS: { value: '8' },
      ANNEAL_POOL_OVERFLOW: { value: 'a100' },
    })
    const cpu = environmentOf(podOf(all, 'Deployment anneal-worker-default'))
    expect(cpu['ANNEAL_THREADS']?.valueFrom?.resourceFieldRef?.resource).toBe('limits.cpu')
  })

  it('are scaled by KEDA, which is given the database by reference', () => {
    const all = objects('gpu-pools.yaml')
    const scaled = ofKind(all, 'ScaledObject')
    expect(scaled.map(({ metadata }) => metadata.name)).toEqual([
      'anneal-worker-default',
      'anneal-worker-a100',
      'anneal-worker-h100',
    ])
    for (const { metadata, spec } of scaled as (KubernetesObject & { spec: unknown })[]) {
      const { scaleTargetRef, triggers, ...rest } = spec as {
        scaleTargetRef: { name: string }
        triggers: { type: string; authenticationRef: { name: string }; metadata: Record<string, string> }[]
      }
      expect(find(all, 'Deployment', scaleTargetRef.name), metadata.name).not.toHaveProperty('replicas')
      expect(triggers).toHaveLength(1)
      expect(triggers[0]).toMatchObject({ type: 'postgresql', authenticationRef: { name: 'anneal-database' } })
      expect(triggers[0]?.metadata['query']).toContain(`= '${scaleTargetRef.name.replace('anneal-worker-', '')}'`)
      expect(rest).toMatchObject({ fallback: { behavior: 'currentReplicasIfHigher' } })
    }
    expect(find(all, 'TriggerAuthentication', 'anneal-database')).toEqual({
      secretTargetRef: [{ parameter: 'connection', name: 'anneal-keda', key: 'connection' }],
    })
    // Without scaling, KEDA is not needed.
    for (const name of ['default values', 'minimal.yaml', 's3.yaml'])
      expect(objects(name).filter(({ apiVersion }) => apiVersion.startsWith('keda'))).toEqual([])
  })
})

describe('the parts of a release', () => {
  it('migrate before anything else is made or changed', () => {
    const all = objects('default values')
    const job = ofKind(all, 'Job').find(({ metadata }) => metadata.name === 'anneal-migrate')
    expect(job?.metadata.annotations).toMatchObject({
      'helm.sh/hook': 'pre-install,pre-upgrade',
      'helm.sh/hook-weight': '0',
    })
    const pod = podOf(all, 'Job anneal-migrate')
    // Nothing of the release exists by then.
    expect(pod.spec).toMatchObject({ serviceAccountName: 'default', containers: [{ args: ['migrate'] }] })
    expect(JSON.stringify(pod.spec)).not.toMatch(/configMap|persistentVolumeClaim/)
    expect(environmentOf(pod)).toMatchObject({
      DATABASE_URL: { valueFrom: { secretKeyRef: { name: 'anneal-owner', key: 'DATABASE_URL' } } },
      ANNEAL_APPLICATION_URL: { valueFrom: { secretKeyRef: { name: 'anneal', key: 'DATABASE_URL' } } },
      ANNEAL_WORKER_DATABASE_URL: { valueFrom: { secretKeyRef: { name: 'anneal' } } },
    })
    // The owner's connection is for nothing else.
    for (const other of podsOf(all))
      if (other.owner !== 'Job anneal-migrate')
        expect(JSON.stringify(other.spec), other.owner).not.toContain('anneal-owner')
  })

  it('keep blobs on a shared volume or in a bucket', () => {
    const shared = objects('default values')
    expect(find(shared, 'PersistentVolumeClaim', 'anneal-blobs')).toMatchObject({ accessModes: ['ReadWriteMany'] })
    for (const owner of ['Deployment anneal-api', 'Deployment anneal-worker-default']) {
      const pod = podOf(shared, owner)
      expect(environmentOf(pod)['BLOB_URL']?.value).toBe('file:///blobs')
      expect(pod.spec.containers[0]?.volumeMounts).toContainEqual({ name: 'blobs', mountPath: '/blobs' })
      expect(pod.spec.volumes).toContainEqual({ name: 'blobs', persistentVolumeClaim: { claimName: 'anneal-blobs' } })
      const bucket = podOf(objects('s3.yaml'), owner)
      expect(bucket.spec.volumes?.map(({ name }) => name)).toEqual(['data', 'tmp'])
      expect(environmentOf(bucket)).toMatchObject({
        BLOB_URL: { value: 's3://anneal/blobs' },
        AWS_REGION: { value: 'eu-central-1' },
        ANNEAL_BLOB_S3_ENDPOINT: { value: 'https://objects.example.com:9000' },
        ANNEAL_BLOB_S3_PATH_STYLE: { value: 'on' },
        AWS_SECRET_ACCESS_KEY: { valueFrom: { secretKeyRef: { name: 'anneal-s3', key: 'AWS_SECRET_ACCESS_KEY' } } },
      })
    }
    expect(ofKind(objects('s3.yaml'), 'PersistentVolumeClaim')).toEqual([])
    expect(ofKind(objects('minimal.yaml'), 'PersistentVolumeClaim')).toEqual([])
  })

  it('let in whom the values name, and connect to no address that hands out credentials', () => {
    const peers = (component: string): { ingress?: object[]; egress: { to?: object[]; ports: { port: number }[] }[] } =>
      find(objects('gpu-pools.yaml'), 'NetworkPolicy', `anneal-${component}`)
    expect(peers('api').ingress).toMatchObject([
      { ports: [{ port: 'http' }], from: [{ namespaceSelector: {} }, { podSelector: {} }] },
      { ports: [{ port: 'metrics' }], from: [{ namespaceSelector: {} }] },
    ])
    expect(peers('worker').ingress).toMatchObject([{ ports: [{ port: 'metrics' }] }])
    expect(peers('migrate').ingress).toBeUndefined()
    expect(peers('migrate').egress[1]?.ports.map(({ port }) => port)).toEqual([5432])
    const s3 = find<ReturnType<typeof peers>>(objects('s3.yaml'), 'NetworkPolicy', 'anneal-worker')
    expect(s3.egress[1]?.ports.map(({ port }) => port)).toEqual([6432, 6380, 443, 9000])
    expect(s3.egress[1]?.to).toContainEqual({ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } })
    expect(s3.ingress).toBeUndefined()
  })

  it('let workers connect to one another in pools that run jobs together, which alone register an address', () => {
    const all = objects('gpu-pools.yaml')
    const policies = ofKind(all, 'NetworkPolicy').filter(({ metadata }) => metadata.name.includes('gangs'))
    const pool = { podSelector: { matchLabels: { 'app.kubernetes.io/component': 'worker', 'anneal/pool': 'h100' } } }
    const ports = [{ port: 1024, endPort: 65_535, protocol: 'TCP' }]
    expect(policies.map(({ spec }) => spec)).toMatchObject([
      {
        ...pool,
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: [pool], ports }],
        egress: [{ to: [pool], ports }],
      },
    ])
    const address = (name: string): unknown =>
      podOf(all, `Deployment anneal-worker-${name}`).spec.containers[0]?.env?.find(
        (variable) => variable.name === 'ANNEAL_WORKER_ADDRESS',
      )
    expect(address('a100')).toMatchObject({ value: 'none' })
    expect(address('h100')).toMatchObject({ valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } })
  })

  it('say what to do next, and warn where no worker stays', async () => {
    const notes = (...options: string[]): Promise<string> =>
      helm('install', 'anneal', CHART, '--namespace', 'anneal', '--dry-run=client', ...options)
    expect(await notes()).toContain('exec deployment/anneal-api -- node dist/bin/anneal.js team create NAME')
    expect(await notes()).not.toContain('WARNING')
    expect(await notes('--set', 'poolDefaults.autoscaling.enabled=true')).toContain(
      'WARNING: every pool may have no worker',
    )
  })
})

it('schemas refuse wrong types, missing and unknown fields, and unknown kinds', () => {
  const deployment = (name: string, container: object, apiVersion = 'apps/v1'): KubernetesObject => ({
    apiVersion,
    kind: 'Deployment',
    metadata: { name },
    spec: { selector: {}, template: { spec: { containers: [{ name: 'c', ...container }] } } },
  })
  const [flavor] = ofKind(manifests, 'ResourceFlavor') as [KubernetesObject]
  const [queue] = ofKind(manifests, 'LocalQueue') as [KubernetesObject]
  const errors = schemaErrors([
    deployment('good', { image: 'i' }),
    deployment('typed', { image: 3 }),
    deployment('unknown', { readyProbe: {} }),
    deployment('old', {}, 'apps/v2'),
    { ...flavor, spec: { nodeLabel: {} } },
    { ...queue, apiVersion: 'kueue.x-k8s.io/v1alpha1' },
  ]).join('\n')
  expect(errors).toMatch(/^Deployment typed: .*image must be string$/m)
  expect(errors).toMatch(/^unknown: .*readyProbe.* does not exist/m)
  expect(errors).toMatch(/^Deployment old: there is no Deployment in apps\/v2$/m)
  expect(errors).toMatch(/^ResourceFlavor a100: .*additional properties/m)
  expect(errors).toMatch(/^LocalQueue training: there is no LocalQueue in/m)
  expect(errors).not.toContain('good')
})

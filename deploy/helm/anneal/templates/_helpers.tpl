{{- define "anneal.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 34 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 34 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Of every object. */}}
{{- define "anneal.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{ include "anneal.selector" . }}
{{- end -}}

{{/* Of every pod. */}}
{{- define "anneal.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "anneal.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "anneal.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* The pools, each completed by poolDefaults: `pools` is the list. */}}
{{- define "anneal.pools" -}}
{{- $pools := list -}}
{{- range .Values.pools -}}
{{- $pools = append $pools (mergeOverwrite (deepCopy $.Values.poolDefaults) .) -}}
{{- end -}}
{{- toYaml (dict "pools" $pools) -}}
{{- end -}}

{{- define "anneal.claim" -}}
{{- default (printf "%s-blobs" (include "anneal.fullname" .)) .Values.blobs.persistence.existingClaim -}}
{{- end -}}

{{/* The image of (dict "root" $ "image" ...), where the second says what differs from the release's. A digest is of one image alone. */}}
{{- define "anneal.image" -}}
{{- $shared := .root.Values.image -}}
{{- $own := default dict .image -}}
{{- $repository := default $shared.repository $own.repository -}}
{{- $digest := default (ternary "" $shared.digest (or (hasKey $own "repository") (hasKey $own "tag"))) $own.digest -}}
image: {{ ternary (printf "%s@%s" $repository $digest) (printf "%s:%s" $repository (coalesce $own.tag $shared.tag .root.Chart.AppVersion)) (ne $digest "") | quote }}
imagePullPolicy: {{ default $shared.pullPolicy $own.pullPolicy }}
{{- end -}}

{{/* What every pod has. No variable of a Service, one of which would be ANNEAL_PORT for a Service called anneal. */}}
{{- define "anneal.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "anneal.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end -}}

{{/* A variable from a Secret: (list NAME SECRET KEY). */}}
{{- define "anneal.secretVariable" -}}
- name: {{ index . 0 }}
  valueFrom:
    secretKeyRef: { name: {{ index . 1 }}, key: {{ index . 2 }} }
{{- end -}}

{{/* Connections, and what API and workers must have alike. */}}
{{- define "anneal.sharedEnvironment" -}}
{{- $secret := .Values.secrets.existingSecret -}}
{{- $keys := .Values.secrets.keys -}}
{{ include "anneal.secretVariable" (list "ANNEAL_WORKER_DATABASE_URL" $secret $keys.workerUrl) }}
{{ include "anneal.secretVariable" (list "REDIS_URL" $secret $keys.redisUrl) }}
{{- if $keys.secretKey }}
{{ include "anneal.secretVariable" (list "ANNEAL_SECRET_KEY" $secret $keys.secretKey) }}
{{- end }}
{{ include "anneal.blobEnvironment" . }}
- name: ANNEAL_METRICS_HOST
  value: {{ .Values.listen | quote }}
{{- end -}}

{{- define "anneal.blobEnvironment" -}}
- name: BLOB_URL
  value: {{ .Values.blobs.url | quote }}
{{- if hasPrefix "s3:" .Values.blobs.url }}
{{- with .Values.blobs.s3 }}
- name: AWS_REGION
  value: {{ .region | quote }}
{{- if .endpoint }}
- name: ANNEAL_BLOB_S3_ENDPOINT
  value: {{ .endpoint | quote }}
- name: ANNEAL_BLOB_S3_PATH_STYLE
  value: {{ ternary "on" "off" .pathStyle | quote }}
{{- end }}
{{- if .publicEndpoint }}
- name: ANNEAL_BLOB_S3_PUBLIC_ENDPOINT
  value: {{ .publicEndpoint | quote }}
{{- end }}
- name: ANNEAL_BLOB_S3_REDIRECT
  value: {{ ternary "on" "off" .redirect | quote }}
{{- if .existingSecret }}
{{ include "anneal.secretVariable" (list "AWS_ACCESS_KEY_ID" .existingSecret .keys.accessKeyId) }}
{{ include "anneal.secretVariable" (list "AWS_SECRET_ACCESS_KEY" .existingSecret .keys.secretAccessKey) }}
{{- if .keys.sessionToken }}
{{ include "anneal.secretVariable" (list "AWS_SESSION_TOKEN" .existingSecret .keys.sessionToken) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "anneal.config" -}}
envFrom:
  - configMapRef: { name: {{ include "anneal.fullname" . }}-config }
{{- end -}}

{{- define "anneal.mounts" -}}
- { name: data, mountPath: /data }
- { name: tmp, mountPath: /tmp }
{{- if hasPrefix "file:" .Values.blobs.url }}
- { name: blobs, mountPath: {{ trimPrefix "file://" .Values.blobs.url | quote }} }
{{- end }}
{{- end -}}

{{/* Volumes of (dict "root" $ "dataSize" ...). */}}
{{- define "anneal.volumes" -}}
- name: data
  emptyDir: { sizeLimit: {{ .dataSize }} }
- name: tmp
  emptyDir: { sizeLimit: 5Gi }
{{- if hasPrefix "file:" .root.Values.blobs.url }}
- name: blobs
  persistentVolumeClaim: { claimName: {{ include "anneal.claim" .root }} }
{{- end }}
{{- end -}}

{{/* Where the pods of an API or a pool run. */}}
{{- define "anneal.placement" -}}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{/* Of everything that belongs to a pool. */}}
{{- define "anneal.poolLabels" -}}
app.kubernetes.io/component: worker
anneal/pool: {{ .name }}
{{- end -}}

{{/* Node counts the cores of the machine, of which a container has fewer. */}}
{{- define "anneal.threads" -}}
{{- $limits := default dict .resources.limits -}}
{{- $requests := default dict .resources.requests -}}
{{- if .threads -}}
- name: ANNEAL_THREADS
  value: {{ int .threads | quote }}
{{- else if or $limits.cpu $requests.cpu -}}
- name: ANNEAL_THREADS
  valueFrom:
    resourceFieldRef: { containerName: worker, resource: {{ ternary "limits.cpu" "requests.cpu" (hasKey $limits "cpu") }} }
{{- end -}}
{{- end -}}

{{/* The port of an address with or without one. */}}
{{- define "anneal.port" -}}
{{- $url := urlParse . -}}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{- default (ternary "443" "80" (eq $url.scheme "https")) $port -}}
{{- end -}}

{{/*
How many workers a pool needs, each for one job: those that run jobs, and those that queued jobs ask for. Jobs that are running count too, or else a pool would
be scaled down as soon as its workers had emptied the queue.
*/}}
{{- define "anneal.workersPerJob" -}}
{{- if .gangs -}}
coalesce(sum(ceil(coalesce(("Job"."resources" ->> 'devices')::float8, 1) / {{ max 1 (dig "limits" "nvidia.com/gpu" 1 .resources | int) }})), 0)
{{- else -}}
count(*)
{{- end -}}
{{- end -}}
{{- define "anneal.demandQuery" -}}
SELECT {{ if .autoscaling.otherWork }}greatest({{ end }}(
  SELECT {{ include "anneal.workersPerJob" . }} FROM "Job" JOIN "Team" ON "Team"."id" = "Job"."teamId"
  WHERE coalesce("Job"."resources" ->> 'pool', 'default') = '{{ .name }}' AND (
    "Job"."state" IN ('starting', 'running', 'finalizing', 'pausing', 'stopping')
    OR "Job"."state" = 'queued' AND NOT "Job"."blocked" AND "Team"."suspendedAt" IS NULL
      AND ("Job"."notBefore" IS NULL OR "Job"."notBefore" <= timezone('UTC', clock_timestamp()))
  )
)
{{- if .autoscaling.otherWork }}, (
  SELECT count(*) FROM "DatasetVersion" WHERE "state" IN ('importing', 'ingesting')
), (
  SELECT count(*) FROM "PredictionBatch" WHERE "state" IN ('queued', 'running')
))
{{- end }}::float8
{{- end -}}

import type { components, operations, paths } from './schema.ts'

export type { paths }

type Schemas = components['schemas']

export type Artifact = Schemas['Artifact']
export type CheckpointInfo = Schemas['Checkpoint']
export type DatasetInfo = Schemas['Dataset']
export type DatasetSummary = Schemas['DatasetSummary']
export type DatasetVersion = Schemas['DatasetVersion']
export type ErrorDetail = Schemas['Problem']['errors'][number]
export type JobEvent = Schemas['JobEvent']
export type JobInfo = Schemas['Job']
export type JobSummary = Schemas['JobSummary']
export type JobSubmission = Schemas['JobSubmission']
export type LogLine = Schemas['LogLine']
export type Member = Schemas['Member']
export type MetricSeries = Schemas['MetricSeries']
export type ModelInfo = Schemas['RegisteredModel']
export type ModelVersion = Schemas['ModelVersion']
export type NewPredictionBatch = Schemas['NewPredictionBatch']
export type Prediction = Schemas['PredictResponse']['data'][number]
export type PredictionBatch = Schemas['PredictionBatch']
export type Problem = Schemas['Problem']
export type ErrorCode = Problem['code']
export type Progress = Schemas['Progress']
export type QuotaState = Schemas['QuotaState']
export type Report = Schemas['Report']
export type SweepInfo = Schemas['Sweep']
export type SweepRequest = Schemas['SweepRequest']
export type SweepSummary = Schemas['SweepSummary']
export type TeamInfo = Schemas['Team']
export type UsageRow = Schemas['UsageRow']

type QueryOf<Operation extends keyof operations> = NonNullable<operations[Operation]['parameters']['query']>
export type DatasetsQuery = QueryOf<'listDatasets'>
export type JobsQuery = QueryOf<'listJobs'>
export type SweepsQuery = QueryOf<'listSweeps'>
export type LogQuery = Omit<QueryOf<'getJobLogs'>, 'tail'>
export type MetricsQuery = Omit<QueryOf<'getJobMetrics'>, 'keys'> & { keys?: readonly string[] }
export type PredictQuery = QueryOf<'predict'>
export type ExportQuery = QueryOf<'getExport'>
export type UsageQuery = Omit<QueryOf<'getUsage'>, 'format'>

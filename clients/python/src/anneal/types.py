"""Types of the REST API. Made from its OpenAPI document by `npm run docs`; do not edit."""
from typing import Any, Literal, NotRequired, TypedDict

class Team(TypedDict):
    id: str
    name: str
    createdAt: str


class Member(TypedDict):
    id: str
    email: str
    role: Literal["owner", "member", "viewer"]
    """owner: scopes read, write and admin, which is for members, keys, the team and its audit log; member: read and write; viewer: read."""
    person: str | None
    createdAt: str
    joinedAt: str | None


class QuotaRunningJobs(TypedDict):
    limit: float | None
    used: float | None


class Quota(TypedDict):
    runningJobs: QuotaRunningJobs
    queuedJobs: QuotaRunningJobs
    deviceHours: QuotaRunningJobs
    ingests: QuotaRunningJobs
    uploads: QuotaRunningJobs
    bytes: QuotaRunningJobs
    apiKeys: QuotaRunningJobs
    requestsPerMinute: QuotaRunningJobs


class Usage(TypedDict):
    day: str | None
    job: str | None
    person: str | None
    key: str | None
    deviceKind: str | None
    jobs: int
    """How many jobs it is of."""
    deviceSeconds: float
    """Time on devices, times the devices of a job."""


class SplitCounts(TypedDict):
    train: int
    val: int
    test: int


class DatasetSummaryOptions(TypedDict):
    leakage: Literal["remove", "refuse"]
    """Of an image in two splits: remove it from the earlier one of train, val and test, or refuse the data set."""
    nearDuplicates: Literal["report", "remove", "refuse"]
    """Of images in two splits that look almost the same: report them, or as with leakage."""
    groupBy: NotRequired[str]
    """Images of one group stay in one split: folder for the folders below those of the classes, or the name of a column."""


class Reason(TypedDict):
    code: str
    fault: Literal["user", "data", "capacity", "infra", "poison"]
    """Whose fault it is; poison: what it asks for kills the workers that try."""
    retryable: bool
    detail: str


class SharedBy(TypedDict):
    team: str
    name: str


class DatasetSummary(TypedDict):
    id: str
    version: int
    """The version that is described; without one in the address, the newest that is ready."""
    name: str
    state: Literal["importing", "ingesting", "ready", "failed"]
    """importing: a worker fetches it; ingesting: its images are read."""
    sizeBytes: int
    """Size of the upload; of an import, what has come so far."""
    filesRead: int
    """Files that ingest has read so far."""
    fractionRead: float
    """Fraction of the upload that ingest has read so far, 0 to 1."""
    classCount: int | None
    images: SplitCounts | None
    options: DatasetSummaryOptions
    reason: Reason | None
    sharedBy: SharedBy | None
    createdAt: str


class Dataset(TypedDict):
    id: str
    version: int
    """The version that is described; without one in the address, the newest that is ready."""
    name: str
    state: Literal["importing", "ingesting", "ready", "failed"]
    """importing: a worker fetches it; ingesting: its images are read."""
    sizeBytes: int
    """Size of the upload; of an import, what has come so far."""
    filesRead: int
    """Files that ingest has read so far."""
    fractionRead: float
    """Fraction of the upload that ingest has read so far, 0 to 1."""
    classCount: int | None
    images: SplitCounts | None
    options: DatasetSummaryOptions
    reason: Reason | None
    sharedBy: SharedBy | None
    createdAt: str
    classes: list[str] | None


class IngestReportClasses(TypedDict):
    name: str
    train: int
    val: int
    test: int


class IngestReportSizes(TypedDict):
    smallest: int
    """Smallest side, pixels."""
    median: int
    """Median shorter side, pixels."""
    largest: int
    """Largest side, pixels."""
    packed: int
    """Longest shorter side that is kept, pixels."""


class IngestReportSplits(TypedDict):
    val: Literal["given", "drawn"]
    test: Literal["given", "drawn"]


class IngestReportQuarantinedFiles(TypedDict):
    file: str
    code: str
    detail: str


class IngestReportQuarantined(TypedDict):
    count: int
    files: list[IngestReportQuarantinedFiles]
    """The first 1000."""


class IngestReportIgnoredKinds(TypedDict):
    kind: str
    count: int
    example: str


class IngestReportIgnored(TypedDict):
    """Files that are no images, and files that systems and tools leave next to them."""
    count: int
    kinds: list[IngestReportIgnoredKinds]
    """By extension, or by what hides them; the most frequent first, at most 1000."""


class IngestReportDuplicates(TypedDict):
    count: int
    """Images whose pixels are those of an earlier image."""
    groups: list[list[str]]
    """The first 1000 groups."""


class IngestReportBackground(TypedDict):
    """The ground of transparent images, unless a spec sets another; absent: none is transparent."""
    colour: Literal["black", "white"]
    images: int
    """Transparent images."""


class IngestReportDepthFloat(TypedDict):
    """Values of floating-point images that become 0 and 255."""
    min: float
    max: float


IngestReportDepth = TypedDict("IngestReportDepth", {
    "images": int,
    "bits": NotRequired[int],
    "float": NotRequired[IngestReportDepthFloat],
})


class IngestReportConstant(TypedDict):
    name: str
    images: int


class IngestReportConflictsGroups(TypedDict):
    file: str
    label: str


class IngestReportConflicts(TypedDict):
    """Images with equal pixels that have more than one class."""
    count: int
    groups: list[list[IngestReportConflictsGroups]]
    """The first 1000 groups."""


class IngestReportLeaksPairs(TypedDict):
    file: str
    split: Literal["train", "val", "test"]
    other: str
    otherSplit: Literal["train", "val", "test"]


class IngestReportLeaks(TypedDict):
    """Images that have an equal one in a later split, and left the data set."""
    count: int
    pairs: list[IngestReportLeaksPairs]
    """The first 1000."""


class IngestReportNearDuplicates(TypedDict):
    """Images that have a nearly equal one, by a perceptual hash, in a later split."""
    count: int
    pairs: list[IngestReportLeaksPairs]
    """The first 1000."""


class IngestReportStorage(TypedDict):
    """How the images are stored."""
    codec: Literal["raw", "jpeg"]
    """As pixels of 8 bits, or, where those would be too large, as JPEG of quality 95 with full colour resolution."""
    bytes: int
    shards: int
    """Files that the images are in."""


class IngestReportChanged(TypedDict):
    appended: int
    removed: int
    relabelled: int
    moved: int


class IngestReport(TypedDict):
    files: int
    """Files in the upload."""
    images: SplitCounts
    classes: list[IngestReportClasses]
    imbalance: float
    """Imbalance: training images of the largest class over those of the smallest."""
    channels: int
    sizes: IngestReportSizes
    splits: IngestReportSplits
    quarantined: IngestReportQuarantined
    ignored: IngestReportIgnored
    """Files that are no images, and files that systems and tools leave next to them."""
    duplicates: IngestReportDuplicates
    background: NotRequired[IngestReportBackground]
    """The ground of transparent images, unless a spec sets another; absent: none is transparent."""
    depth: NotRequired[IngestReportDepth]
    """How images of more than 8 bits were scaled, all alike; absent: there are none."""
    constant: NotRequired[list[IngestReportConstant]]
    """Classes with images of one colour, up to faint noise, once they are on the ground."""
    conflicts: IngestReportConflicts
    """Images with equal pixels that have more than one class."""
    leaks: IngestReportLeaks
    """Images that have an equal one in a later split, and left the data set."""
    nearDuplicates: IngestReportNearDuplicates
    """Images that have a nearly equal one, by a perceptual hash, in a later split."""
    storage: IngestReportStorage
    """How the images are stored."""
    changed: NotRequired[IngestReportChanged]
    warnings: list[str]


class DatasetVersion(TypedDict):
    dataset: str
    version: int
    parent: int | None
    state: Literal["importing", "ingesting", "ready", "failed"]
    """importing: a worker fetches it; ingesting: its images are read."""
    changed: IngestReportChanged | None
    classCount: int | None
    images: SplitCounts | None
    reason: Reason | None
    createdAt: str


DatasetChangesAppend = TypedDict("DatasetChangesAppend", {
    "upload": NotRequired[str],
    "import": NotRequired[str],
    "split": NotRequired[Literal["train", "val", "test", "draw"]],
})


DatasetChangesRemove = TypedDict("DatasetChangesRemove", {
    "item": NotRequired[int],
    "file": NotRequired[str],
    "class": NotRequired[str],
    "split": NotRequired[Literal["train", "val", "test"]],
})


DatasetChangesRelabel = TypedDict("DatasetChangesRelabel", {
    "item": NotRequired[int],
    "file": NotRequired[str],
    "class": NotRequired[str],
    "split": NotRequired[Literal["train", "val", "test"]],
    "to": str,
})


DatasetChangesMove = TypedDict("DatasetChangesMove", {
    "item": NotRequired[int],
    "file": NotRequired[str],
    "class": NotRequired[str],
    "split": NotRequired[Literal["train", "val", "test"]],
    "to": Literal["train", "val", "test"],
})


class DatasetChanges(TypedDict):
    base: NotRequired[int]
    """The version that it is made of, by default the newest that is ready. Required where images are named by number."""
    append: NotRequired[DatasetChangesAppend]
    """Images to append, as for a new data set."""
    remove: NotRequired[list[DatasetChangesRemove]]
    """Images to leave out."""
    relabel: NotRequired[list[DatasetChangesRelabel]]
    """Images that get another class, `to`, which may be a new one."""
    move: NotRequired[list[DatasetChangesMove]]
    """Images that go to another split, `to`."""


DatasetDifferenceBefore = TypedDict("DatasetDifferenceBefore", {
    "item": int,
    "class": str,
    "split": Literal["train", "val", "test"],
})


class DatasetDifference(TypedDict):
    file: str
    """Path in the upload."""
    change: Literal["appended", "changed", "removed"]
    """changed: it has another class or split."""
    before: DatasetDifferenceBefore | None
    after: DatasetDifferenceBefore | None


class DatasetItemProblem(TypedDict):
    code: str
    detail: str


DatasetItem = TypedDict("DatasetItem", {
    "status": Literal["kept", "quarantined"],
    "item": int | None,
    "file": str,
    "class": str | None,
    "split": Literal["train", "val", "test"] | None,
    "index": int | None,
    "group": str | None,
    "width": int | None,
    "height": int | None,
    "sha256": str | None,
    "findings": list[Literal["duplicate", "conflict", "near-duplicate", "constant"]],
    "problem": DatasetItemProblem | None,
})


class ValidationWarnings(TypedDict):
    pointer: str
    detail: str


class ValidationWaitingForResources(TypedDict):
    device: Literal["auto", "cpu", "gpu"]
    devices: int
    elastic: bool
    compressGradients: bool
    memory: int | None
    labels: list[str]
    pool: str


class ValidationWaitingFor(TypedDict):
    """A worker that is not there: no registered one can run it as things are."""
    resources: ValidationWaitingForResources
    workers: int
    """Workers that are registered."""
    detail: str


class ValidationEstimateBasis(TypedDict):
    runs: int
    """Runs of the team with the same model, image size, batch size and precision that succeeded."""
    deviceKind: str
    imagesPerSecond: float
    """Their median."""
    otherSeconds: float
    """What they needed next to training: start, evaluation, report."""


class ValidationEstimate(TypedDict):
    stepsPerEpoch: int
    """Of the first stage."""
    totalSteps: int | None
    """null where the budget is minutes."""
    images: int | None
    seconds: float | None
    """Of a budget of minutes, those; else of the whole run, from like runs; null where there is none."""
    deviceHours: float | None
    basis: ValidationEstimateBasis | None
    """What the time follows from."""
    detail: str


class Validation(TypedDict):
    spec: Any
    specHash: str
    reasons: Any
    warnings: list[ValidationWarnings]
    """What is allowed and probably not meant."""
    waitingFor: ValidationWaitingFor | None
    estimate: ValidationEstimate


class JobSummaryProgress(TypedDict):
    step: int
    totalSteps: int
    epoch: float
    epochs: float
    imagesPerSecond: float
    secondsLeft: float
    loss: float
    accuracy: float
    valAccuracy: float | None


class JobSummaryFinalMetrics(TypedDict):
    """Of the report, once there is one."""
    accuracy: NotRequired[float]
    top5: NotRequired[float]
    balancedAccuracy: NotRequired[float]
    macroF1: NotRequired[float]
    nll: NotRequired[float]
    nllUncalibrated: NotRequired[float]
    ece: NotRequired[float]
    eceUncalibrated: NotRequired[float]


class JobSummaryForkOf(TypedDict):
    """What it was forked from; it may have been deleted since."""
    job: str
    checkpoint: str
    mode: Literal["weights", "continue"]
    """weights: it starts from the weights; continue: it trains on, with optimiser and step."""


class JobSummary(TypedDict):
    id: str
    name: str
    kind: Literal["fit", "range-test", "policy-search"]
    """fit: training; range-test: the learning-rate range test; policy-search: a search for an augmentation policy."""
    dataset: str
    datasetVersion: int
    datasetName: str
    """Also where the data set was deleted."""
    model: str | None
    datasetDeleted: bool
    """Whether this version of the data set is gone: the job cannot run again."""
    sweep: str | None
    state: Literal["queued", "starting", "running", "finalizing", "pausing", "paused", "stopping", "stopped", "succeeded", "failed", "canceled"]
    specHash: str
    warnings: list[ValidationWarnings]
    """What is allowed in the spec and probably not meant."""
    progress: JobSummaryProgress | None
    accuracy: float | None
    finalMetrics: JobSummaryFinalMetrics | None
    reason: Reason | None
    priority: int
    """Among the jobs of its team; the highest first."""
    submittedBy: str | None
    tags: list[str]
    deadline: str | None
    maxRunSeconds: int | None
    maxWaitSeconds: int | None
    ranSeconds: float
    """Time on a device over all attempts."""
    after: list[str]
    """Jobs and data sets that it runs after."""
    blocked: bool
    """Whether it waits for one of `after`; `explain` says for which."""
    resources: ValidationWaitingForResources
    forkOf: JobSummaryForkOf | None
    attempt: int
    notBefore: str | None
    createdAt: str
    endedAt: str | None
    notes: NotRequired[str]
    spec: NotRequired[Any]
    """The resolved spec."""
    reasons: NotRequired[Any]
    """Why a default has its value, by pointer."""


class Job(TypedDict):
    id: str
    name: str
    kind: Literal["fit", "range-test", "policy-search"]
    """fit: training; range-test: the learning-rate range test; policy-search: a search for an augmentation policy."""
    dataset: str
    datasetVersion: int
    datasetName: str
    """Also where the data set was deleted."""
    model: str | None
    datasetDeleted: bool
    """Whether this version of the data set is gone: the job cannot run again."""
    sweep: str | None
    state: Literal["queued", "starting", "running", "finalizing", "pausing", "paused", "stopping", "stopped", "succeeded", "failed", "canceled"]
    specHash: str
    warnings: list[ValidationWarnings]
    """What is allowed in the spec and probably not meant."""
    progress: JobSummaryProgress | None
    accuracy: float | None
    finalMetrics: JobSummaryFinalMetrics | None
    reason: Reason | None
    priority: int
    """Among the jobs of its team; the highest first."""
    submittedBy: str | None
    tags: list[str]
    deadline: str | None
    maxRunSeconds: int | None
    maxWaitSeconds: int | None
    ranSeconds: float
    """Time on a device over all attempts."""
    after: list[str]
    """Jobs and data sets that it runs after."""
    blocked: bool
    """Whether it waits for one of `after`; `explain` says for which."""
    resources: ValidationWaitingForResources
    forkOf: JobSummaryForkOf | None
    attempt: int
    notBefore: str | None
    createdAt: str
    endedAt: str | None
    notes: str
    spec: Any
    """The resolved spec."""
    reasons: Any
    """Why a default has its value, by pointer."""


class JobChanges(TypedDict):
    priority: NotRequired[int]
    """Among the jobs of the team; the highest first."""
    tags: NotRequired[list[str]]
    notes: NotRequired[str]
    deadline: NotRequired[str | None]
    maxRunSeconds: NotRequired[int | None]
    maxWaitSeconds: NotRequired[int | None]


class ExplanationAhead(TypedDict):
    own: int
    """Jobs of the team that are before it."""
    ownJobs: list[str]
    """The first of them."""
    others: int | None


class ExplanationShare(TypedDict):
    """Decayed device-seconds over weight; the team with the least is next."""
    own: float
    """Of the team."""
    mean: float
    """Of all teams that wait or run."""
    weight: float
    waitingTeams: int


class ExplanationQuota(TypedDict):
    """The one that holds it up."""
    name: str
    freesAt: str | None


class ExplanationWaitsFor(TypedDict):
    id: str
    state: str | None


class ExplanationExpectedStart(TypedDict):
    at: str
    seconds: float
    """From now."""
    byPreemption: bool
    """On a device that another job is asked to leave."""
    method: str


class Explanation(TypedDict):
    job: str
    state: Literal["queued", "starting", "running", "finalizing", "pausing", "paused", "stopping", "stopped", "succeeded", "failed", "canceled"]
    rank: int | None
    ahead: ExplanationAhead | None
    share: ExplanationShare | None
    quota: ExplanationQuota | None
    waitsFor: list[ExplanationWaitsFor]
    """Jobs and data sets that it runs after and that are not done."""
    waitingFor: ValidationWaitingFor | None
    expectedStart: ExplanationExpectedStart | None
    detail: str


class BatchResult(TypedDict):
    id: str
    state: str | None
    error: DatasetItemProblem | None


class BatchRequest(TypedDict):
    action: Literal["cancel", "pause", "resume", "stop", "retry", "delete", "tag", "untag"]
    ids: list[str]
    tags: NotRequired[list[str]]
    """For tag and untag."""


class ForkRequestResources(TypedDict):
    """What it needs of a worker; no part of the hash of its spec."""
    device: NotRequired[Literal["auto", "cpu", "gpu"]]
    """auto: whatever the worker has."""
    devices: NotRequired[int]
    """How many devices, of one worker or, where none has as many, of several; they share every batch, which has to divide evenly."""
    elastic: NotRequired[bool]
    """Whether it may run on fewer devices, at least one, while no worker has as many, nor several together."""
    compressGradients: NotRequired[bool]
    """Whether its devices send one another gradients as bfloat16: half as many bytes, for a network that is slower than they are. Weights stay float32."""
    memory: NotRequired[int | str]
    """Of each device at least: bytes, or text such as "8GiB". Of a CPU, the memory of its machine."""
    labels: NotRequired[list[str]]
    """That the worker has, all of them."""
    pool: NotRequired[str]
    """The pool whose workers run it, and those that take over from it; `default` without."""


class ForkRequest(TypedDict):
    mode: NotRequired[Literal["weights", "continue"]]
    """weights: a new run that starts from the weights of a checkpoint; continue: the run resumes from its last checkpoint, with its optimiser, for a larger budget."""
    checkpoint: NotRequired[str]
    """A checkpoint of the job; by default the weights that it reported on, or the last ones. With continue one of kind last."""
    spec: NotRequired[dict[str, Any]]
    """Changes of the spec, as a JSON merge patch; null has the default chosen again. With continue: budget, schedule, earlyStopping, evaluation, calibration and name."""
    priority: NotRequired[int]
    """Among the jobs of the team; the highest first."""
    tags: NotRequired[list[str]]
    notes: NotRequired[str]
    deadline: NotRequired[str | None]
    maxRunSeconds: NotRequired[int | None]
    maxWaitSeconds: NotRequired[int | None]
    resources: NotRequired[ForkRequestResources]
    """What it needs of a worker; no part of the hash of its spec."""
    after: NotRequired[list[str]]
    """Jobs that have to succeed, or be stopped with their weights kept, and data sets that have to be ready, before it runs."""


SpecDiffDifferences = TypedDict("SpecDiffDifferences", {
    "pointer": str,
    "from": NotRequired[Any],
    "to": NotRequired[Any],
})


SpecDiff = TypedDict("SpecDiff", {
    "from": str,
    "differences": list[SpecDiffDifferences],
})


class JobEvent(TypedDict):
    id: str
    type: str
    data: Any
    at: str


class MetricSeries(TypedDict):
    key: str
    points: list[list[float]]
    """[step, value]"""


Transition = TypedDict("Transition", {
    "from": str | None,
    "to": str,
    "reason": Reason | None,
    "at": str,
})


class AttemptMembers(TypedDict):
    worker: str
    devices: int


class Attempt(TypedDict):
    number: int
    worker: str | None
    deviceKind: str
    """cpu or cuda."""
    devices: int
    """In all, where several workers take part."""
    members: list[AttemptMembers] | None
    accumulationFactor: int
    """By how much the gradient accumulation of the spec was multiplied, after memory had run out; 1: as it is."""
    fromStep: int
    """The step of the checkpoint that it started from."""
    toStep: int | None
    startedAt: str
    endedAt: str | None
    seconds: float
    """From start to end, or to now."""
    outcome: str | None
    reason: Reason | None


class LogLine(TypedDict):
    id: str
    """Grows along the log, over attempts; `after` and `Last-Event-ID` take it."""
    attempt: int
    at: str
    stream: Literal["stdout", "stderr", "anneal"]
    """`anneal`: what the worker notes, such as warnings of training, and where lines were cut."""
    text: str


class SweepRequestSpace(TypedDict):
    values: NotRequired[list[Any]]
    """List of values, of any type."""
    min: NotRequired[float]
    """Lowest value of a range."""
    max: NotRequired[float]
    """Highest value of a range."""
    scale: NotRequired[Literal["linear", "log"]]
    """Whether a range is sampled uniformly in the value (the default) or in its logarithm."""
    integer: NotRequired[bool]
    """Whether a range has integers only."""
    points: NotRequired[int]
    """Number of values of a range in a grid, ends included."""


class SweepRequestObjective(TypedDict):
    """What is compared: the best value of a metric so far; accuracies are maximised, losses minimised."""
    metric: NotRequired[Literal["val/accuracy", "val/loss", "train/accuracy", "train/loss", "averaged/accuracy", "averaged/loss"]]
    mode: NotRequired[Literal["max", "min"]]


class SweepRequestAsha(TypedDict):
    eta: NotRequired[int]
    """One trial in `eta` is promoted from a rung."""
    minimum: NotRequired[float]
    """Smallest fraction of the budget of the first rung; rungs are shares of 1/eta, 1/eta², ... of it."""


class SweepRequestRangeTest(TypedDict):
    """Options of the learning-rate range test."""
    minimum: NotRequired[float]
    """First learning rate."""
    maximum: NotRequired[float]
    """Last learning rate."""
    ramp: NotRequired[Literal["exponential", "linear"]]
    """exponential: the rate is multiplied every step; linear: it rises by the same amount."""
    steps: NotRequired[int]
    """Optimiser steps of the ramp."""
    smoothing: NotRequired[float]
    """Weight of the past in the moving average of the loss."""
    divergence: NotRequired[float]
    """The test ends when the smoothed loss exceeds its minimum by this factor."""


class SweepRequestPolicySearch(TypedDict):
    """Options of a search for an augmentation policy."""
    saveAs: str
    """Name under which the policy is saved for the team; `auto-augment` takes it as its `policy`."""
    method: NotRequired[Literal["density-matching", "rand-augment"]]
    """density-matching: train one net per held-out fold and keep the sub-policies with the lowest held-out loss (Fast AutoAugment); rand-augment: train one net per point of a grid of operation counts and magnitudes."""
    share: NotRequired[float]
    """Fraction of the spec’s budget that each net is trained for."""
    folds: NotRequired[int]
    """Folds of the training images. density-matching holds out each in turn; rand-augment holds out one."""
    images: NotRequired[int]
    """Maximum number of held-out images per fold."""
    trials: NotRequired[int]
    """Sub-policies tried per fold."""
    startTrials: NotRequired[int]
    """How many of them are drawn uniformly, at the start."""
    operations: NotRequired[int]
    """Operations per sub-policy."""
    keep: NotRequired[int]
    """Best sub-policies kept per fold."""
    numOps: NotRequired[list[int]]
    """Operation counts that rand-augment tries."""
    magnitudes: NotRequired[list[float]]
    """Magnitudes that rand-augment tries with each."""
    minutes: NotRequired[float]
    """Time limit; the search ends with the best found so far."""


class SweepRequest(TypedDict):
    name: NotRequired[str]
    """What people call the sweep."""
    dataset: str
    """Id of a data set."""
    spec: NotRequired[dict[str, Any]]
    """The JobSpec that every trial starts from, without `dataset`."""
    kind: Literal["grid", "random", "asha", "range-test", "policy-search"]
    """grid: every combination; random: points drawn at random; asha: random points by asynchronous successive halving; range-test: one trial, the learning-rate range test; policy-search: one trial, a search for an augmentation policy, which is then saved for the team."""
    space: NotRequired[dict[str, SweepRequestSpace]]
    """Search space, by JSON pointer into the spec, e.g. {"/schedule/learningRate": {"min": 0.01, "max": 1, "scale": "log"}}."""
    trials: NotRequired[int]
    """Points that random and asha draw; 20."""
    objective: NotRequired[SweepRequestObjective]
    """What is compared: the best value of a metric so far; accuracies are maximised, losses minimised."""
    priority: NotRequired[int]
    """Of its jobs, among those of the team; the highest first."""
    resources: NotRequired[ForkRequestResources]
    """What it needs of a worker; no part of the hash of its spec."""
    asha: NotRequired[SweepRequestAsha]
    rangeTest: NotRequired[SweepRequestRangeTest]
    """Options of the learning-rate range test."""
    policySearch: NotRequired[SweepRequestPolicySearch]
    """Options of a search for an augmentation policy."""
    seed: NotRequired[int]
    """Of the points that are drawn."""


class SweepSummaryObjective(TypedDict):
    metric: Literal["val/accuracy", "val/loss", "train/accuracy", "train/loss", "averaged/accuracy", "averaged/loss"]
    mode: Literal["max", "min"]


class SweepSummaryCounts(TypedDict):
    trials: int
    ended: int


class SweepSummaryBest(TypedDict):
    number: int
    job: str
    value: float


class SweepSummary(TypedDict):
    id: str
    name: str
    dataset: str
    datasetVersion: int
    kind: Literal["grid", "random", "asha", "range-test", "policy-search"]
    """grid: every combination; random: points drawn at random; asha: random points by asynchronous successive halving; range-test: one trial, the learning-rate range test; policy-search: one trial, a search for an augmentation policy, which is then saved for the team."""
    state: Literal["running", "succeeded", "failed", "canceled"]
    objective: SweepSummaryObjective
    counts: SweepSummaryCounts
    best: SweepSummaryBest | None
    reason: Reason | None
    createdAt: str
    endedAt: str | None


class SweepTrials(TypedDict):
    number: int
    job: str
    state: Literal["queued", "starting", "running", "finalizing", "pausing", "paused", "stopping", "stopped", "succeeded", "failed", "canceled"]
    parameters: Any
    """Values by pointer."""
    rung: int
    """The rung that it trains to, or has ended on."""
    done: float
    """Fraction of the budget that is done."""
    value: float | None
    accuracy: float | None
    reason: Reason | None


class Sweep(TypedDict):
    id: str
    name: str
    dataset: str
    datasetVersion: int
    kind: Literal["grid", "random", "asha", "range-test", "policy-search"]
    """grid: every combination; random: points drawn at random; asha: random points by asynchronous successive halving; range-test: one trial, the learning-rate range test; policy-search: one trial, a search for an augmentation policy, which is then saved for the team."""
    state: Literal["running", "succeeded", "failed", "canceled"]
    objective: SweepSummaryObjective
    counts: SweepSummaryCounts
    best: SweepSummaryBest | None
    reason: Reason | None
    createdAt: str
    endedAt: str | None
    spec: Any
    """What every trial starts from."""
    space: Any
    rungs: list[float]
    """Shares of the budget at which trials are compared, the last one 1."""
    trials: list[SweepTrials]
    result: Any
    """Of a range test its points and the suggestion, of a policy search the policy and what was tried; null before, and of other kinds."""


class Checkpoint(TypedDict):
    id: str
    job: str
    kind: Literal["last", "best", "averaged"]
    step: int
    sizeBytes: int
    sha256: str
    metrics: dict[str, float]
    createdAt: str


class Artifact(TypedDict):
    job: str
    kind: str
    """What it is; a job has one of a kind."""
    fileName: str
    contentType: str
    sizeBytes: int
    sha256: str
    createdAt: str


class ReportData(TypedDict):
    dataset: str
    """Hash of the packed data set."""
    images: str
    """SHA-256 of the split’s labels and pixels; runs with the same can be compared."""


class ReportCalibrationHeldOut(TypedDict):
    name: Literal["none", "temperature", "temperature-and-prior"]
    """What the probabilities are: the softmax of the logits, of logits over a temperature, or with a class prior added too."""
    nll: float
    """Mean negative log-likelihood."""
    ece: float
    """Expected calibration error, 15 bins."""


class ReportCalibration(TypedDict):
    """How the calibration was chosen."""
    applied: Literal["none", "temperature", "temperature-and-prior"]
    """What the probabilities are: the softmax of the logits, of logits over a temperature, or with a class prior added too."""
    prior: Literal["data", "uniform"]
    """The class frequencies that the probabilities suppose: those of the validation images, or all alike."""
    priorStrength: float
    """Multiple of the log class frequencies of training that is added to the logits over the temperature."""
    heldOut: list[ReportCalibrationHeldOut]
    """On folds of the validation images that were not fitted to; with prior uniform, every class counts alike."""


class ReportAveragesMacro(TypedDict):
    """Means over the classes that have images; precision is 0 where nothing was taken for a class."""
    precision: float | None
    recall: float | None
    f1: float | None
    averagePrecision: float | None
    rocAuc: float | None


class ReportAveragesWeighted(TypedDict):
    """The same, weighted by the images of each class."""
    precision: float | None
    recall: float | None
    f1: float | None
    averagePrecision: float | None
    rocAuc: float | None


class ReportAveragesMicro(TypedDict):
    """Of all pairs of an image and a class; with one class an image, precision, recall and F1 are the accuracy."""
    precision: float | None
    recall: float | None
    f1: float | None
    averagePrecision: float | None
    rocAuc: float | None


class ReportAverages(TypedDict):
    """Scores of one class against the rest, averaged over classes."""
    macro: ReportAveragesMacro
    """Means over the classes that have images; precision is 0 where nothing was taken for a class."""
    weighted: ReportAveragesWeighted
    """The same, weighted by the images of each class."""
    micro: ReportAveragesMicro
    """Of all pairs of an image and a class; with one class an image, precision, recall and F1 are the accuracy."""


class ReportCurvesMicro(TypedDict):
    """Of all pairs of an image and a class."""
    averagePrecision: float | None
    rocAuc: float | None
    precisionRecall: list[list[float]]
    """[recall, precision, threshold], at most 60, recall rising."""
    roc: list[list[float]]
    """[false-positive rate, true-positive rate], at most 60, from [0, 0] to [1, 1]."""


class ReportCurvesClasses(TypedDict):
    name: str
    averagePrecision: float | None
    rocAuc: float | None
    precisionRecall: list[list[float]]
    """[recall, precision, threshold], at most 60, recall rising."""
    roc: list[list[float]]
    """[false-positive rate, true-positive rate], at most 60, from [0, 0] to [1, 1]."""


class ReportCurves(TypedDict):
    """One class against the rest, by the calibrated probability of the class."""
    micro: ReportCurvesMicro
    """Of all pairs of an image and a class."""
    classes: list[ReportCurvesClasses]
    """At most 20: those with the lowest average precision."""


class ReportSelectiveByCoverage(TypedDict):
    target: float
    """The coverage that is wanted."""
    threshold: float
    """Calibrated probability of the answer, from which on images are answered."""
    coverage: float
    """Fraction of the images that are answered."""
    images: int
    """That are answered."""
    accuracy: float | None
    interval: list[float] | None


class ReportSelectiveByThreshold(TypedDict):
    threshold: float
    """Calibrated probability of the answer, from which on images are answered."""
    coverage: float
    """Fraction of the images that are answered."""
    images: int
    """That are answered."""
    accuracy: float | None
    interval: list[float] | None


class ReportSelectiveByAccuracy(TypedDict):
    target: float
    """The accuracy that is wanted."""
    threshold: float
    """Calibrated probability of the answer, from which on images are answered."""
    coverage: float
    """Fraction of the images that are answered."""
    images: int
    """That are answered."""
    accuracy: float | None
    interval: list[float] | None


class ReportSelective(TypedDict):
    """Accuracy where only the images are answered that the model is most confident of."""
    aurc: float
    """Area under the risk–coverage curve: mean error over all coverages."""
    byCoverage: list[ReportSelectiveByCoverage]
    """By the fraction of the images that is to be answered; images of equal confidence are answered together."""
    byThreshold: list[ReportSelectiveByThreshold]
    byAccuracy: list[ReportSelectiveByAccuracy]
    """The largest coverage with an accuracy; 0 where none has it. The threshold was chosen on the same images, so that the accuracy is somewhat too high."""
    curve: list[list[float]]
    """[coverage, accuracy], at most 100, coverage rising."""


class ReportSlicesAttributesSlices(TypedDict):
    name: str
    low: NotRequired[float]
    """Smallest value in it."""
    high: NotRequired[float]
    """Largest value in it."""
    images: int
    accuracy: float
    """Top-1."""
    interval: list[float]
    """[low, high]: Wilson."""
    expected: float
    """The accuracy that the recalls of its images’ classes make expect."""
    rest: float | None
    p: float
    """Of Fisher’s exact test against all other images."""
    pAdjusted: float
    """Adjusted for all slices of the report."""
    differs: bool
    """Whether `pAdjusted` is below the level."""


class ReportSlicesAttributes(TypedDict):
    name: Literal["size", "brightness", "aspect", "folder"]
    description: str
    """What is measured."""
    slices: list[ReportSlicesAttributesSlices]


class ReportSlices(TypedDict):
    """Accuracy by what images are like, and where they come from; attributes in which all are alike are left out."""
    level: float
    """Probability that any slice is marked although none differs."""
    correction: Literal["holm"]
    tests: int
    """Slices that were tested."""
    attributes: list[ReportSlicesAttributes]


class ReportDuplicatesExamples(TypedDict):
    file: str
    """Of the split."""
    other: str
    """Of training."""


class ReportDuplicates(TypedDict):
    """Images that are in two splits, as found by ingest."""
    equal: int
    """Images of earlier splits that left the data set, since a later one has them."""
    near: int
    """Pairs of nearly equal images in two splits, by a perceptual hash."""
    nearTraining: int
    """Images of the split that have a nearly equal training image."""
    accuracyWithout: float | None
    interval: list[float] | None
    examples: list[ReportDuplicatesExamples]
    """At most 10."""


ReportBaselinesMajority = TypedDict("ReportBaselinesMajority", {
    "class": str,
    "accuracy": float,
    "balancedAccuracy": float,
    "nll": float,
})


class ReportBaselinesRuns(TypedDict):
    relation: Literal["parent", "previous"]
    """parent: the job that it was forked from; previous: the last one before on the same version of the data set."""
    job: str
    name: str
    accuracy: float
    balancedAccuracy: float | None
    macroF1: float | None
    nll: float | None


class ReportBaselines(TypedDict):
    """What the scores are to be compared with."""
    majority: ReportBaselinesMajority
    """What can be had without looking at an image."""
    runs: list[ReportBaselinesRuns]
    """Evaluated on the same images."""


class ReportMostProbable(TypedDict):
    """The scores of answering with the most probable class, where a class prior makes that differ from the answer, the class of the largest logit."""
    accuracy: float
    """Top-1."""
    balancedAccuracy: float
    """Mean recall over the classes that have images."""
    differs: float
    """Fraction of the images for which the answer is another class."""


class ReportIntervals(TypedDict):
    """Confidence intervals: Wilson’s for proportions, percentiles of the bootstrap over images for the rest; where all images are answered alike and no resample differs, Wilson’s with the number of images that a mean over classes is worth."""
    level: float
    resamples: int
    """Of the bootstrap."""
    accuracy: list[float]
    """[low, high]: Wilson."""
    top5: NotRequired[list[float]]
    """[low, high]: Wilson."""
    balancedAccuracy: list[float]
    """[low, high]: bootstrap."""
    macroF1: list[float]
    """[low, high]: bootstrap."""
    nll: list[float]
    """[low, high]: bootstrap."""
    nllUncalibrated: list[float]
    """[low, high]: bootstrap."""
    ece: list[float]
    """[low, high]: bootstrap; resampling adds noise to every bin, so that it is too high where the error is small."""
    eceUncalibrated: list[float]
    """[low, high]: bootstrap."""


class ReportShotsMany(TypedDict):
    classes: int
    """That have images in the split."""
    images: int
    accuracy: float | None
    interval: list[float] | None


class ReportShots(TypedDict):
    """Classes by training images: many over 100, medium 20 to 100, few under 20 (Liu et al. 2019, https://arxiv.org/abs/1904.05160)."""
    many: ReportShotsMany
    medium: ReportShotsMany
    few: ReportShotsMany


class ReportOpenSetHistogram(TypedDict):
    """Images in 20 bins of confidence of the same width, from 0 to 1."""
    known: list[int]
    unknown: list[int]


class ReportOpenSet(TypedDict):
    threshold: float
    """Calibrated probability under which an image is rejected."""
    known: int
    """Images of known classes."""
    unknown: int
    """Images of other classes."""
    accuracy: float
    """Of known images, where a rejected one counts as wrong."""
    rejectedKnown: float
    """Of known images."""
    rejectedUnknown: float | None
    fMeasure: float | None
    auroc: float | None
    unknownAcceptedAt95: NotRequired[float | None]
    histogram: NotRequired[ReportOpenSetHistogram]
    """Images in 20 bins of confidence of the same width, from 0 to 1."""
    roc: NotRequired[list[list[float]]]
    """[fraction of unknown images accepted, fraction of known images accepted], at most 60."""
    note: NotRequired[str]
    """What is wrong with the threshold, where something is."""


class ReportClasses(TypedDict):
    name: str
    images: int
    """In the evaluated split."""
    trainImages: int
    seen: NotRequired[int]
    """Times that training took an image of it."""
    predicted: int
    """Images of the split that were taken for it."""
    precision: float | None
    recall: float | None
    recallInterval: list[float] | None
    f1: float | None
    averagePrecision: NotRequired[float | None]
    rocAuc: NotRequired[float | None]


class ReportReliability(TypedDict):
    low: float
    """Confidence in (low, high]."""
    high: float
    count: int
    confidence: float
    """Mean of the images in it."""
    accuracy: float


class ReportWorst(TypedDict):
    file: str
    index: int
    """Place in the split."""
    label: str
    predicted: str
    confidence: float


class ReportConfused(TypedDict):
    label: str
    predicted: str
    images: int
    examples: list[ReportWorst]
    """The most confident of them."""


class ReportTestTimeAugmentation(TypedDict):
    """Where answers were averaged over several views of each image; every number of the report is so."""
    name: str
    views: int
    """Of each image."""
    average: str
    """What was averaged over them: probabilities or logits."""
    accuracyWithout: float
    """Top-1 of one view of each image."""


class ReportRobustnessCorruptionsSeverities(TypedDict):
    severity: int
    error: float
    """Fraction of wrong predictions."""


class ReportRobustnessCorruptions(TypedDict):
    name: str
    kind: str
    """noise, blur, weather or digital."""
    error: float
    """Mean over its severities."""
    severities: list[ReportRobustnessCorruptionsSeverities]


class ReportRobustness(TypedDict):
    """Error under corruptions, where it was asked for (Hendrycks and Dietterich 2019, https://arxiv.org/abs/1903.12261)."""
    images: int
    """Images that were corrupted, spread evenly over the split."""
    seed: int
    """Names the random streams of the corruptions."""
    cleanError: float
    """Error on the same images as they are."""
    meanError: float
    """Mean corruption error, over corruptions and severities; not divided by another model’s."""
    corruptions: list[ReportRobustnessCorruptions]


class ReportStoppedEarly(TypedDict):
    """Where training ended before its budget, by `earlyStopping`."""
    metric: str
    mode: str
    """min or max: whether less or more is better."""
    patience: int
    """Epochs with no improvement."""
    minDelta: float
    step: int
    """The last step of training."""
    epoch: float
    best: float
    """The best value of the metric."""
    bestStep: int


class ReportCostLatency(TypedDict):
    """Of the forward pass alone, on the device that trained."""
    batch: int
    runs: int
    medianMs: float
    p90Ms: float


class ReportCost(TypedDict):
    """What training took, and what the model takes."""
    seconds: float
    """Of training."""
    imagesPerSecond: NotRequired[float]
    """In training: median of its metrics."""
    evaluationImagesPerSecond: NotRequired[float]
    """With images loaded from the data set."""
    latency: NotRequired[ReportCostLatency]
    """Of the forward pass alone, on the device that trained."""
    parameters: NotRequired[int]
    checkpointBytes: NotRequired[int]
    device: NotRequired[str]
    threads: NotRequired[int]


class ReportProvenanceJob(TypedDict):
    id: str
    name: str
    url: NotRequired[str]
    attempt: NotRequired[int]


class ReportProvenanceDataset(TypedDict):
    id: NotRequired[str]
    name: str
    version: NotRequired[int]


class ReportProvenancePretrained(TypedDict):
    """The weights that it started from."""
    name: str
    sha256: str
    licence: NotRequired[str]


class ReportProvenance(TypedDict):
    """Where the model comes from."""
    createdAt: str
    """When the report was made, ISO 8601."""
    version: str
    """Of Anneal."""
    node: str
    platform: str
    """Operating system and processor architecture."""
    cpu: NotRequired[str]
    engine: NotRequired[str]
    device: NotRequired[str]
    threads: NotRequired[int]
    precision: NotRequired[str]
    seed: int
    specHash: NotRequired[str]
    job: NotRequired[ReportProvenanceJob]
    dataset: NotRequired[ReportProvenanceDataset]
    parents: NotRequired[list[str]]
    """Checkpoints that it starts from, or learns from."""
    pretrained: NotRequired[ReportProvenancePretrained]
    """The weights that it started from."""


class Report(TypedDict):
    split: str
    """The split that was evaluated: test, or val where there is no test."""
    weights: str
    """Which checkpoint was evaluated."""
    data: ReportData
    images: int
    accuracy: float
    """Top-1."""
    top5: NotRequired[float]
    """The true class is among the five most probable classes; absent where there are no more than five."""
    balancedAccuracy: float
    """Mean recall over the classes that have images."""
    macroF1: float
    """Mean F1 over the classes that have images."""
    nll: float
    """Mean negative log-likelihood, calibrated."""
    nllUncalibrated: float
    ece: float
    """Expected calibration error of the most probable class, 15 bins (low, high], calibrated."""
    eceUncalibrated: float
    temperature: float
    calibrationNote: NotRequired[str]
    """Why the logits are not calibrated, or the fit ended at a bound, and what helps."""
    calibrationWarning: NotRequired[str]
    """That the calibration made the log loss or the calibration error of the split larger."""
    calibration: NotRequired[ReportCalibration]
    """How the calibration was chosen."""
    averages: NotRequired[ReportAverages]
    """Scores of one class against the rest, averaged over classes."""
    curves: NotRequired[ReportCurves]
    """One class against the rest, by the calibrated probability of the class."""
    selective: NotRequired[ReportSelective]
    """Accuracy where only the images are answered that the model is most confident of."""
    slices: NotRequired[ReportSlices]
    """Accuracy by what images are like, and where they come from; attributes in which all are alike are left out."""
    duplicates: NotRequired[ReportDuplicates]
    """Images that are in two splits, as found by ingest."""
    baselines: NotRequired[ReportBaselines]
    """What the scores are to be compared with."""
    mostProbable: NotRequired[ReportMostProbable]
    """The scores of answering with the most probable class, where a class prior makes that differ from the answer, the class of the largest logit."""
    intervals: ReportIntervals
    """Confidence intervals: Wilson’s for proportions, percentiles of the bootstrap over images for the rest; where all images are answered alike and no resample differs, Wilson’s with the number of images that a mean over classes is worth."""
    shots: ReportShots
    """Classes by training images: many over 100, medium 20 to 100, few under 20 (Liu et al. 2019, https://arxiv.org/abs/1904.05160)."""
    openSet: NotRequired[ReportOpenSet]
    classes: list[ReportClasses]
    confusion: list[list[int]]
    """[true class][predicted class] → images."""
    reliability: list[ReportReliability]
    """Calibrated."""
    reliabilityUncalibrated: list[ReportReliability]
    worst: list[ReportWorst]
    """The mistakes that the model was most confident of."""
    confused: list[ReportConfused]
    """The pairs of classes that were mistaken most often."""
    testTimeAugmentation: NotRequired[ReportTestTimeAugmentation]
    """Where answers were averaged over several views of each image; every number of the report is so."""
    robustness: NotRequired[ReportRobustness]
    """Error under corruptions, where it was asked for (Hendrycks and Dietterich 2019, https://arxiv.org/abs/1903.12261)."""
    seconds: float
    """Time that training took."""
    stoppedEarly: NotRequired[ReportStoppedEarly]
    """Where training ended before its budget, by `earlyStopping`."""
    cost: NotRequired[ReportCost]
    """What training took, and what the model takes."""
    provenance: NotRequired[ReportProvenance]
    """Where the model comes from."""


class ComparisonA(TypedDict):
    id: str
    """A job’s id, or a folder of `anneal train`."""
    name: str
    accuracy: float
    interval: list[float]
    """[low, high]"""
    nll: float
    """Mean negative log-likelihood, calibrated."""


class ComparisonAccuracy(TypedDict):
    """b minus a; paired bootstrap."""
    value: float
    interval: list[float]
    """[low, high]"""


class ComparisonMcnemar(TypedDict):
    """McNemar’s paired test."""
    bothRight: int
    onlyA: int
    """Images that only a has right."""
    onlyB: int
    bothWrong: int
    exact: float
    """Two-sided p of the exact test that neither is better."""
    midP: float
    """Mid-p: less conservative."""


class ComparisonClasses(TypedDict):
    name: str
    images: int
    recallA: float | None
    recallB: float | None
    onlyA: int
    onlyB: int
    midP: float
    """Of the class alone, for as many classes uncorrected."""


class ComparisonSpec(TypedDict):
    pointer: str
    a: NotRequired[Any]
    b: NotRequired[Any]


class ComparisonDifferingA(TypedDict):
    predicted: str
    confidence: float
    """Calibrated probability of that class."""
    truth: float
    """Calibrated probability of the true class."""


class ComparisonDiffering(TypedDict):
    right: Literal["a", "b"]
    """The run that has it right."""
    file: str | None
    place: int | None
    label: str
    gap: float
    """Probability of the true class by the run that is right, less that by the other one."""
    a: ComparisonDifferingA
    b: ComparisonDifferingA


class Comparison(TypedDict):
    split: str
    images: int
    level: float
    resamples: int
    a: ComparisonA
    b: ComparisonA
    accuracy: ComparisonAccuracy
    """b minus a; paired bootstrap."""
    nll: ComparisonAccuracy
    """b minus a; paired bootstrap."""
    mcnemar: ComparisonMcnemar
    """McNemar’s paired test."""
    classes: list[ComparisonClasses]
    spec: list[ComparisonSpec]
    """Where the specs differ."""
    differing: list[ComparisonDiffering]
    """Images that one of the two alone has right, as many of either as were asked for: first those on which they are furthest apart."""


class Suggestion(TypedDict):
    number: int
    """From 1: label errors first, the most probable ones first."""
    kind: Literal["label", "outlier"]
    """label: the given class is probably wrong; outlier: the image is unlike the training images, whatever its class."""
    split: Literal["train", "val", "test"]
    index: int
    """Place in the split, from 0."""
    item: int
    """Place in the data set, over train, val and test, from 0."""
    file: str
    """Name in the upload."""
    label: str
    """The given class."""
    suggested: str | None
    probability: float
    """Calibrated probability of the given class."""
    suggestedProbability: float | None
    score: float
    """Larger is more probable. label: 1 less the probability of the given class; outlier: the mean cosine distance to the nearest training images."""
    reason: str
    """A sentence."""
    image: str
    """Address of the image as PNG."""


class PredictionTop(TypedDict):
    label: str
    probability: float
    """Calibrated."""


class Prediction(TypedDict):
    file: str
    answer: NotRequired[str]
    """The predicted class: that of the largest logit, which a calibration with a class prior may make not the most probable one; or, of a model that may reject, `none of these`."""
    rejected: NotRequired[bool]
    """Whether the image is taken to be of no known class."""
    top: list[PredictionTop]
    """The most probable classes, in descending order."""
    logits: NotRequired[list[float]]


class NamedPredictionsModel(TypedDict):
    id: str
    name: str
    """Letters, digits, dots, hyphens and underscores; it may not begin with `model_`."""
    version: int
    alias: str | None
    checkpoint: str


class NamedPredictions(TypedDict):
    model: NamedPredictionsModel
    data: list[Prediction]


class ExportReportFiles(TypedDict):
    name: str
    sizeBytes: int


class ExportReportAccuracy(TypedDict):
    """On images of the job’s data set: all of its test split, else validation, or 1,000 evenly in it."""
    split: str
    images: int
    original: float
    """With the checkpoint’s weights."""
    exported: float
    """With the weights as a reader of the export has them."""


class ExportReport(TypedDict):
    fileName: str
    contentType: str
    sizeBytes: int
    sha256: str
    files: list[ExportReportFiles]
    metadata: Any
    """Labels, preprocessing and calibration."""
    accuracy: ExportReportAccuracy | None


class ModelRequestCard(TypedDict):
    intendedUse: NotRequired[str]
    """What the model is for, and by whom."""
    outOfScope: NotRequired[str]
    """What it is not for."""
    factors: NotRequired[str]
    """Groups, instruments and environments that matter."""
    data: NotRequired[str]
    """Where the images come from, and how they were labelled."""
    ethics: NotRequired[str]
    """Ethical considerations."""
    limitations: NotRequired[str]
    """Known limitations and caveats."""


class ModelRequest(TypedDict):
    name: str
    """Letters, digits, dots, hyphens and underscores; it may not begin with `model_`."""
    description: NotRequired[str]
    """Free text."""
    card: NotRequired[ModelRequestCard]


class ModelCard(TypedDict):
    intendedUse: NotRequired[str]
    """What the model is for, and by whom."""
    outOfScope: NotRequired[str]
    """What it is not for."""
    factors: NotRequired[str]
    """Groups, instruments and environments that matter."""
    data: NotRequired[str]
    """Where the images come from, and how they were labelled."""
    ethics: NotRequired[str]
    """Ethical considerations."""
    limitations: NotRequired[str]
    """Known limitations and caveats."""


class Model(TypedDict):
    id: str
    name: str
    """Letters, digits, dots, hyphens and underscores; it may not begin with `model_`."""
    description: str
    newestVersion: int | None
    aliases: dict[str, int]
    """Numbers of versions by alias."""
    card: ModelCard
    sharedBy: SharedBy | None
    createdAt: str


class ModelVersionSummaryRegisteredBy(TypedDict):
    kind: str
    id: str
    name: str
    """Email of a person, name of a key."""


class ModelVersionSummary(TypedDict):
    model: str
    """Letters, digits, dots, hyphens and underscores; it may not begin with `model_`."""
    version: int
    checkpoint: str
    job: str
    description: str
    aliases: list[str]
    sizeBytes: int
    sha256: str
    metrics: dict[str, float]
    """Of the checkpoint and of the report."""
    registeredBy: ModelVersionSummaryRegisteredBy
    createdAt: str


class ModelVersionLineageJob(TypedDict):
    id: str
    name: str
    createdAt: str
    endedAt: str | None


class ModelVersionLineageCheckpoint(TypedDict):
    id: str
    kind: str
    step: int
    sha256: str
    parents: list[str]
    """Checkpoints that the spec names."""


class ModelVersionLineageDataset(TypedDict):
    id: str
    version: int
    name: str | None
    fingerprint: str | None
    images: SplitCounts | None
    classes: int


class ModelVersionLineageCode(TypedDict):
    version: str | None
    engine: str | None
    device: str | None


class ModelVersionLineage(TypedDict):
    job: ModelVersionLineageJob
    checkpoint: ModelVersionLineageCheckpoint
    spec: Any
    """The resolved spec."""
    specHash: str
    dataset: ModelVersionLineageDataset
    code: ModelVersionLineageCode
    metrics: dict[str, float]
    """Of the checkpoint and of the report."""


class ModelVersion(TypedDict):
    model: str
    """Letters, digits, dots, hyphens and underscores; it may not begin with `model_`."""
    version: int
    checkpoint: str
    job: str
    description: str
    aliases: list[str]
    sizeBytes: int
    sha256: str
    metrics: dict[str, float]
    """Of the checkpoint and of the report."""
    registeredBy: ModelVersionSummaryRegisteredBy
    createdAt: str
    lineage: ModelVersionLineage


Promotion = TypedDict("Promotion", {
    "id": str,
    "alias": str,
    "from": int | None,
    "to": int | None,
    "reason": str,
    "promotedBy": ModelVersionSummaryRegisteredBy,
    "createdAt": str,
})


class PredictionRequest(TypedDict):
    model: NotRequired[str]
    """NAME, NAME:VERSION or NAME@ALIAS; or give `checkpoint`."""
    checkpoint: NotRequired[str]
    dataset: NotRequired[str]
    """A data set, or one of its versions, ID@3; or give `upload`."""
    upload: NotRequired[str]
    """A resumable upload that is whole: an archive of images."""
    split: NotRequired[Literal["train", "val", "test"]]
    """Of the data set; all of it without one."""
    format: NotRequired[Literal["jsonl", "csv"]]
    """jsonl: one JSON document per image; csv: one line per image, with a header."""
    top: NotRequired[int]
    """Classes an image, the most probable first."""
    tta: NotRequired[bool]
    """As of a prediction by request."""


class PredictionBatchResult(TypedDict):
    contentType: str
    sizeBytes: int
    sha256: str


class PredictionBatch(TypedDict):
    id: str
    state: Literal["queued", "running", "succeeded", "failed"]
    model: NamedPredictionsModel | None
    checkpoint: str
    dataset: str | None
    datasetVersion: int | None
    split: NotRequired[Literal["train", "val", "test"]]
    format: Literal["jsonl", "csv"]
    """jsonl: one JSON document per image; csv: one line per image, with a header."""
    top: int
    """Classes an image, the most probable first."""
    tta: bool
    """As of a prediction by request."""
    images: int | None
    predicted: int
    """Images so far."""
    failed: int
    """Images among them that could not be read; the result says why of each."""
    reason: Reason | None
    result: PredictionBatchResult | None
    createdAt: str
    endedAt: str | None


class Storage(TypedDict):
    id: str | None
    name: str | None
    items: int
    """Versions, uploads, checkpoints, artifacts, results of predictions and logs."""
    sizeBytes: int
    trashBytes: int
    """Of these, what is in the trash."""


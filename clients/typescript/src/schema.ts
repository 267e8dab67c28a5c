// Made from the OpenAPI document by `npm run docs`; do not edit.

export interface paths {
    "/v1/team": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The team of the caller
         * @description Name and id of the team that the key or session belongs to.
         */
        get: operations["getTeam"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Rename the team
         * @description Gives the team of the caller another name; its id stays.
         */
        patch: operations["renameTeam"];
        trace?: never;
    };
    "/v1/team/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List members
         * @description Newest first, with those who were invited and have not signed in yet.
         */
        get: operations["listMembers"];
        put?: never;
        /**
         * Invite a member
         * @description Whoever signs in with this email, verified by the provider, is a member from then on. No email is sent.
         */
        post: operations["inviteMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/team/members/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a member
         * @description The keys of the person go too. A team keeps one owner: 409 for its last.
         */
        delete: operations["removeMember"];
        options?: never;
        head?: never;
        /**
         * Change the role of a member
         * @description A team keeps one owner: 409 for its last.
         */
        patch: operations["changeRole"];
        trace?: never;
    };
    "/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the keys of the team
         * @description Keys of the team, newest first.
         */
        get: operations["listApiKeys"];
        put?: never;
        /**
         * Create a key of the team
         * @description Makes a key of the team; its secret is in the answer, and nowhere else.
         */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate a key of the team
         * @description Makes another key in its place; both work for the overlap. The key before it is revoked.
         */
        post: operations["rotateApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a key of the team
         * @description It is refused from then on, by every process.
         */
        delete: operations["revokeApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the keys of one’s own
         * @description Keys of the person that calls, newest first.
         */
        get: operations["listOwnApiKeys"];
        put?: never;
        /**
         * Create a key of one’s own
         * @description Makes a key of the person that calls; its secret is in the answer, and nowhere else.
         */
        post: operations["createOwnApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/api-keys/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate a key of one’s own
         * @description Makes another key in its place; both work for the overlap. The key before it is revoked.
         */
        post: operations["rotateOwnApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a key of one’s own
         * @description It is refused from then on, by every process.
         */
        delete: operations["revokeOwnApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/team/audit-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Audit log of the team
         * @description Who has changed what, newest first. Entries are never changed, and outlive what they name.
         */
        get: operations["listAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/team/audit-log/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export the audit log of the team
         * @description All entries that a filter leaves, newest first: a JSON document a line, or CSV.
         */
        get: operations["exportAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/team/quota": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Quota and what is used of it
         * @description Each limit of the team, and what is used of it.
         */
        get: operations["getQuota"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/team/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Device time used
         * @description Device time, from one day to another (UTC; the last thirty days by default). As CSV, the cursor of the next page is in the header `x-next-cursor`.
         */
        get: operations["getUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List data sets
         * @description Newest first, unless `sort` says otherwise, without the names of the classes. Filters and times are of the version that is described.
         */
        get: operations["listDatasets"];
        put?: never;
        /**
         * Upload or import a data set
         * @description Either multipart/form-data with one archive as `file`, or with many `images` and their labels; or JSON that names a resumable upload, or an address to import from.
         */
        post: operations["createDataset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a data set
         * @description Of ID@VERSION, that version; of ID, the newest that is ready.
         */
        get: operations["getDataset"];
        put?: never;
        post?: never;
        /**
         * Delete a data set
         * @description Deletes a data set with all its versions, or, of ID@VERSION, that version; used or not. Jobs that used it keep their specs, reports and checkpoints, but cannot run again. One that is being ingested is deleted too; one that a job which has not ended needs is refused.
         */
        delete: operations["deleteDataset"];
        options?: never;
        head?: never;
        /**
         * Rename a data set
         * @description Gives a data set, with all its versions, another name.
         */
        patch: operations["renameDataset"];
        trace?: never;
    };
    "/v1/datasets/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an ingest report
         * @description What was found when a data set was read: counts, imbalance, files that were set aside with the reasons, duplicates, and images in several splits.
         */
        get: operations["getDatasetReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download a data set as a zip
         * @description The images and `labels.csv` (file, label, split) as a zip that can be uploaded again. It is made while it is sent: ranges are not taken, and a response that breaks off is no whole zip. Honours `If-None-Match`.
         */
        get: operations["exportDataset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the versions of a data set
         * @description The versions of a data set, newest first.
         */
        get: operations["listDatasetVersions"];
        put?: never;
        /**
         * Make another version of a data set
         * @description Makes a version of another: images are removed, get other classes, go to other splits, or are appended. The version that it is made of stays as it is; both share what they have in common. Images to append may also come as multipart/form-data, as for a new data set.
         */
        post: operations["createDatasetVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{id}/comparison": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compare two versions of a data set
         * @description The images in which a version differs from another one, told apart by their paths: those that were appended or have another class or split, in the order of the version, and then those that were removed.
         */
        get: operations["compareDatasetVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{id}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the images of a data set
         * @description The images of a data set, in the order of training, validation and test; or, of status quarantined, the files that were set aside when this version was read.
         */
        get: operations["listDatasetItems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List uploads
         * @description Uploads of which no data set was made, newest first.
         */
        get: operations["listUploads"];
        put?: never;
        /**
         * Begin a resumable upload
         * @description Begins a resumable upload: 201 with its address in `Location`. Part of tus 1.0 (https://tus.io/protocols/resumable-upload); any client of it works. `Upload-Metadata` may hold filename, filetype, name, type and relativePath. Then `POST /v1/datasets` with its id as `upload`.
         */
        post: operations["createUpload"];
        delete?: never;
        /**
         * What uploads may be
         * @description What the server takes: versions, extensions and the largest upload. Part of tus 1.0 (https://tus.io/protocols/resumable-upload); any client of it works.
         */
        options: operations["optionsUpload"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an upload
         * @description How many bytes of an upload have come, and when it expires.
         */
        get: operations["getUpload"];
        put?: never;
        post?: never;
        /**
         * Delete an upload
         * @description Removes an upload of which no data set was made. Part of tus 1.0 (https://tus.io/protocols/resumable-upload); any client of it works.
         */
        delete: operations["deleteUpload"];
        options?: never;
        /**
         * Where an upload ends
         * @description Where an upload ends, in `Upload-Offset`. Part of tus 1.0 (https://tus.io/protocols/resumable-upload); any client of it works.
         */
        head: operations["headUpload"];
        /**
         * Send a part of an upload
         * @description Sends bytes from `Upload-Offset` on, which must be where the upload ends, else 409. What has come when the connection breaks is kept. Part of tus 1.0 (https://tus.io/protocols/resumable-upload); any client of it works.
         */
        patch: operations["appendToUpload"];
        trace?: never;
    };
    "/v1/spec/schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * JSON Schema of the job spec
         * @description The schema of everything that a job may say about its training, with defaults, bounds and descriptions.
         */
        get: operations["getSpecSchema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs:validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check a job without submitting it
         * @description The resolved spec with every default, its hash, why each default was chosen, and an estimate of steps and time. Nothing is created.
         */
        post: operations["validateJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List jobs
         * @description Newest first, unless `sort` says otherwise; without their specs, unless `include=spec` is given. Every filter that is given holds.
         */
        get: operations["listJobs"];
        put?: never;
        /**
         * Submit a job
         * @description Queues a training job. What the spec leaves out is chosen from the data; the resolved spec in the answer says what and why.
         */
        post: operations["submitJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a job
         * @description State, progress, resolved spec, final metrics and, where it did not succeed, the reason.
         */
        get: operations["getJob"];
        put?: never;
        post?: never;
        /**
         * Delete a job
         * @description Deletes a job that has ended, with its events, metrics, checkpoints, artifacts and report. Jobs that started from its checkpoints keep their own.
         */
        delete: operations["deleteJob"];
        options?: never;
        head?: never;
        /**
         * Change tags, notes, limits or priority of a job
         * @description Changes tags, notes and limits of a job (null takes a limit away), or the priority of one that is queued or paused.
         */
        patch: operations["updateJob"];
        trace?: never;
    };
    "/v1/jobs/{id}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why a job waits
         * @description Why a queued job waits: its rank, what is ahead of it, which share and quota decide, and when it is expected to start.
         */
        get: operations["explainJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs:batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Do the same to many jobs
         * @description The same for many jobs: an action, delete, tag or untag. Each job by itself, with its result; one that refuses does not keep the others from it.
         */
        post: operations["batchJobs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/fork": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Fork a job
         * @description Makes a new job of a job and one of its checkpoints, with changes of its spec: one that starts from the weights, or one that continues the run for a larger budget.
         */
        post: operations["forkJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compare the specs of two jobs
         * @description How the spec of a job differs from that of the one that it was forked from, or of another.
         */
        get: operations["diffJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a job
         * @description Ends a job that has not ended; its checkpoints are kept.
         */
        post: operations["cancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a job
         * @description Stops a queued or running job at a checkpoint, where it waits.
         */
        post: operations["pauseJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a job
         * @description Queues a paused job again; it resumes from its last checkpoint.
         */
        post: operations["resumeJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop a job
         * @description Ends training after the current step; the weights so far are calibrated and reported, and kept.
         */
        post: operations["stopJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry a job
         * @description Queues a failed, canceled or stopped job again: a new attempt from its last checkpoint.
         */
        post: operations["retryJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/spec/recipes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List recipes
         * @description The named recipes that a spec can start from, with the fields that they set.
         */
        get: operations["listRecipes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List or stream the events of a job
         * @description JSON pages, oldest first; with `Accept: text/event-stream` a stream that goes on until the job has ended, from `Last-Event-ID` on.
         */
        get: operations["listJobEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the metrics of a job
         * @description Series of `[step, value]` by key, such as `train/loss` and `val/accuracy`, thinned to at most `maxPoints` each.
         */
        get: operations["getJobMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/transitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the states that a job has had
         * @description Every change of state, oldest first, with its time and reason.
         */
        get: operations["listJobTransitions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/attempts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the attempts of a job
         * @description Newest first: by which worker, on what, between which steps, how long, and why each ended.
         */
        get: operations["listJobAttempts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/checkpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the checkpoints of a job
         * @description The checkpoints that the job has now: `last`, `best` and, with weight averaging, `averaged`.
         */
        get: operations["listCheckpoints"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read or follow the log of a job
         * @description What the processes of a job printed: JSON pages, oldest first; with `Accept: text/event-stream` a stream from `Last-Event-ID` on that follows it to its end; with `Accept: text/plain` all of it as text.
         */
        get: operations["getJobLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read or follow the log of an ingest
         * @description What the ingest of a data set printed: JSON pages, oldest first; with `Accept: text/event-stream` a stream from `Last-Event-ID` on that follows it to its end; with `Accept: text/plain` all of it as text.
         */
        get: operations["getDatasetLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/predictions/{id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read or follow the log of a batch of predictions
         * @description What the predictor for a batch of predictions printed: JSON pages, oldest first; with `Accept: text/event-stream` a stream from `Last-Event-ID` on that follows it to its end; with `Accept: text/plain` all of it as text.
         */
        get: operations["getPredictionLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sweeps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List sweeps
         * @description Newest first, unless `sort` says otherwise. Every filter that is given holds.
         */
        get: operations["listSweeps"];
        put?: never;
        /**
         * Submit a sweep
         * @description Every trial is checked before anything is queued; the trials are jobs of their own.
         */
        post: operations["submitSweep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sweeps/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a sweep
         * @description State, trials with their values, and the best one so far.
         */
        get: operations["getSweep"];
        put?: never;
        post?: never;
        /**
         * Delete a sweep
         * @description Deletes a sweep that has ended, and its trials.
         */
        delete: operations["deleteSweep"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sweeps/{id}/chart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Chart of a sweep
         * @description The trials as parallel coordinates, as SVG; of a range test the loss over the learning rate, with the suggestion.
         */
        get: operations["getSweepChart"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sweeps/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a sweep
         * @description Cancels the jobs that have not ended.
         */
        post: operations["cancelSweep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/checkpoints/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a checkpoint
         * @description Of which job and step it is, its size, hash and metrics.
         */
        get: operations["getCheckpoint"];
        put?: never;
        post?: never;
        /**
         * Delete a checkpoint
         * @description Deletes a checkpoint and its exports. One that a job which has not ended starts from, or is taught by, is refused.
         */
        delete: operations["deleteCheckpoint"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/checkpoints/{id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download a checkpoint
         * @description A safetensors file; honours `Range` and `If-None-Match`.
         */
        get: operations["getCheckpointContent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/artifacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the artifacts of a job
         * @description Files that the job has left in addition to checkpoints: predictions of the evaluated images, the report as a page, plots.
         */
        get: operations["listArtifacts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/artifacts/{kind}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download an artifact
         * @description The file; honours `Range` and `If-None-Match`.
         */
        get: operations["getArtifactContent"];
        put?: never;
        post?: never;
        /**
         * Delete an artifact
         * @description Deletes one file of a job that has ended; its entry in the trash is JOB:KIND.
         */
        delete: operations["deleteArtifact"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the evaluation report of a job
         * @description How good the model is, as JSON; with `Accept: text/html` as a page that holds everything that it shows.
         */
        get: operations["getJobReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs:compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Compare two jobs image by image
         * @description Two jobs image by image: the difference in accuracy with its interval, McNemar’s test, classes, images that one of them alone has right, and where the specs differ. 409 `conflict` when their test sets differ.
         */
        post: operations["compareJobs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/suggestions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Images that a person should look at
         * @description Images of the data set that a person should look at, found by the trained model among those that it was not trained on: likely label errors (confident learning), and outliers; the most probable ones of a kind first.
         */
        get: operations["listSuggestions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/suggestions/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept suggestions
         * @description Makes a version of the job’s data set in which likely label errors have the suggested class and outliers are left out: of the newest version that is ready, or of `base`.
         */
        post: operations["acceptSuggestions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/checkpoints/{id}/predict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Predict images with a checkpoint
         * @description Calibrated probabilities of 1 to 16 images, at most 20 MB each: the files of multipart/form-data, or one image as the body.
         */
        post: operations["predict"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/predict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Predict images with a registered model
         * @description As of a checkpoint, by the version of a registered model that the name means now; the answer says which one it was.
         */
        post: operations["predictByName"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/checkpoints/{id}/gradcam": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Explain an image with a checkpoint
         * @description Where an image supports a class (Grad-CAM), as PNG; `x-anneal-class` names the class.
         */
        post: operations["explainImage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/gradcam": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Explain an image with a registered model
         * @description As of a checkpoint, by a registered model; `x-anneal-model` says which version it was.
         */
        post: operations["explainImageByName"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/checkpoints/{id}/exports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download a model in another format
         * @description The model for others to run; made once. Honours `Range` and `If-None-Match`.
         */
        get: operations["getExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/checkpoints/{id}/exports/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what an export holds and costs
         * @description What an export holds, and what its precision costs; measured once.
         */
        get: operations["getExportReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/worst/{n}/gradcam": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Explain a mistake of a job
         * @description Where the n-th worst mistake of the job’s report (from 0) supports a class, as PNG.
         */
        get: operations["explainMistake"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{id}/items/{n}/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An image of a data set
         * @description An image as it is stored, on the data set’s ground, as PNG; with `size` a thumbnail, as WebP.
         */
        get: operations["getDatasetImage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{id}/items/{split}/{n}/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An image of a split
         * @description An image as it is stored, on the data set’s ground, as PNG; with `size` a thumbnail, as WebP.
         */
        get: operations["getSplitImage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/augment:preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview augmentations
         * @description Training images next to their augmented versions, as PNG.
         */
        post: operations["previewAugment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List augmentation policies
         * @description Policies that the team has saved, or that its searches have found, newest first.
         */
        get: operations["listPolicies"];
        put?: never;
        /**
         * Save an augmentation policy
         * @description Saves a policy for specs: `{"name": "auto-augment", "policy": NAME}`.
         */
        post: operations["savePolicy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/policies/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an augmentation policy
         * @description The policy with its operations, probabilities and magnitudes.
         */
        get: operations["getPolicy"];
        put?: never;
        post?: never;
        /**
         * Delete an augmentation policy
         * @description Jobs hold the policies that they name in full: none is changed.
         */
        delete: operations["deletePolicy"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List models
         * @description Those of the team, and those that others share with it, newest first.
         */
        get: operations["listModels"];
        put?: never;
        /**
         * Create a model
         * @description Takes a name for a model, of which versions are registered.
         */
        post: operations["createModel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a model
         * @description Its description, newest version, aliases and what the team says in its card.
         */
        get: operations["getModel"];
        put?: never;
        post?: never;
        /**
         * Delete a model
         * @description With its versions; checkpoints and jobs stay. One with an alias is refused.
         */
        delete: operations["deleteModel"];
        options?: never;
        head?: never;
        /**
         * Change a model
         * @description The description, and what the team says in the model card; sections that are not given stay.
         */
        patch: operations["updateModel"];
        trace?: never;
    };
    "/v1/models/{name}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the versions of a model
         * @description Newest first.
         */
        get: operations["listModelVersions"];
        put?: never;
        /**
         * Register a version of a model
         * @description Registers a checkpoint as the next version, with its lineage as it is now. The checkpoint, and its job, cannot be deleted until the version is.
         */
        post: operations["registerModelVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a version of a model
         * @description With its lineage: job, checkpoint, spec, data set version and its fingerprint, version of the code.
         */
        get: operations["getModelVersion"];
        put?: never;
        post?: never;
        /**
         * Delete a version of a model
         * @description Its number is not used again. One that an alias points at is refused.
         */
        delete: operations["deleteModelVersion"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}/card": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Model card
         * @description The model card as Markdown, in the sections of Mitchell et al. 2019, from report, lineage and what the team says (`card` of the model).
         */
        get: operations["getModelCard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/aliases/{alias}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Point an alias at a version
         * @description Points an alias at a version; who did, why and from which version is kept.
         */
        put: operations["promoteModelVersion"];
        post?: never;
        /**
         * Remove an alias of a model
         * @description The version stays; who removed the alias, and why, is kept among the promotions.
         */
        delete: operations["removeModelAlias"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/promotions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List changes of aliases
         * @description Changes of aliases, newest first.
         */
        get: operations["listModelPromotions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/predictions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List batches of predictions
         * @description Newest first.
         */
        get: operations["listPredictionBatches"];
        put?: never;
        /**
         * Predict many images
         * @description Has a worker predict every image of a data set, or of an archive that was uploaded, while it trains or not. The result is a file with name, label where it is known, answer and probabilities of each image.
         */
        post: operations["createPredictionBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/predictions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a batch of predictions
         * @description State, images so far, and the size and hash of the result once there is one.
         */
        get: operations["getPredictionBatch"];
        put?: never;
        post?: never;
        /**
         * Delete a batch of predictions
         * @description With its result. One that is under way is given up.
         */
        delete: operations["deletePredictionBatch"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/predictions/{id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download the result of a batch
         * @description The result of a batch that has succeeded; honours `Range` and `If-None-Match`.
         */
        get: operations["getPredictionBatchContent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/shares": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the teams that see a model
         * @description Teams that see the model.
         */
        get: operations["listModelShares"];
        put?: never;
        /**
         * Share a model with another team
         * @description Lets another team see a model with its versions, and predict with it, under the id of the model; it changes nothing of it.
         */
        post: operations["shareModel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/shares/{team}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Stop sharing a model
         * @description From then on the other team does not find it any more; what it has submitted by then runs to its end.
         */
        delete: operations["revokeModelShare"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{id}/shares": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the teams that see a data set
         * @description Teams that see the data set.
         */
        get: operations["listDatasetShares"];
        put?: never;
        /**
         * Share a data set with another team
         * @description Lets another team see a data set with its versions, and train and predict with it; it changes nothing of it.
         */
        post: operations["shareDataset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{id}/shares/{team}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Stop sharing a data set
         * @description From then on the other team does not find it any more; what it has submitted by then runs to its end.
         */
        delete: operations["revokeDatasetShare"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhooks
         * @description Newest first.
         */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Create a webhook
         * @description Has an address told of events by signed POST requests (Standard Webhooks). The secret is shown once. At most 20 per team.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a webhook
         * @description Its address, the events that it is told of, and whether it is enabled; never its secret.
         */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        /**
         * Delete a webhook
         * @description With its deliveries; what waits is not sent.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /**
         * Change a webhook
         * @description A webhook that was disabled after failures is enabled with `{"enabled": true}`.
         */
        patch: operations["updateWebhook"];
        trace?: never;
    };
    "/v1/webhooks/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate the secret of a webhook
         * @description Makes a new secret, which is shown once. Until the overlap is over, messages carry signatures of both.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test message
         * @description Sends a message of the type `webhook.test`; the delivery says how it went.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the messages of a webhook
         * @description Messages of the last 30 days, newest first.
         */
        get: operations["listWebhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/deliveries/{delivery}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a message of a webhook
         * @description What was sent, when, how often, and what the other side answered.
         */
        get: operations["getWebhookDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/webhooks/{id}/deliveries/{delivery}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a message again
         * @description Sends a message again that was delivered or given up, with the same id.
         */
        post: operations["redeliverWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trash": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what was deleted
         * @description What was deleted and can be restored, newest first. It counts as stored until it is purged.
         */
        get: operations["listTrash"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trash/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an entry of the trash
         * @description What was deleted, by whom, what went with it, and when it is removed for good.
         */
        get: operations["getTrashEntry"];
        put?: never;
        post?: never;
        /**
         * Remove something for good
         * @description Removes something in the trash for good, now.
         */
        delete: operations["purge"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trash/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore something from the trash
         * @description Takes something out of the trash, with everything that was deleted with it.
         */
        post: operations["restore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/team/retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the rules of retention
         * @description What the team deletes by rule; null where nothing is.
         */
        get: operations["getRetention"];
        /**
         * Set the rules of retention
         * @description Sets what is deleted by rule, into the trash. It is applied within a minute, and then once an hour.
         */
        put: operations["setRetention"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/team/retention/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the rules would delete now
         * @description What the rules of the team would delete now. Nothing is deleted.
         */
        get: operations["previewRetention"];
        put?: never;
        /**
         * What other rules would delete now
         * @description What other rules would delete now. Neither are they set, nor is anything deleted.
         */
        post: operations["tryRetention"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/team/storage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stored bytes
         * @description Stored bytes by what holds them, the biggest first; what is in the trash is part of them.
         */
        get: operations["getStorage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-in/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How people sign in
         * @description What a page that signs people in has to offer, and the version of the service.
         */
        get: operations["getSignInOptions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Begin to sign in
         * @description For browsers: leads to the provider, and from there back to the page. 404 where none is configured.
         */
        get: operations["signIn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-in/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Finish signing in
         * @description Where the provider sends the browser back to: sets the cookie of a session, and leads to the page. A browser gets a page that says why where it fails.
         */
        get: operations["finishSignIn"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is signed in
         * @description The person or the API key that is signed in in this browser, and what they may do in which teams.
         */
        get: operations["getSession"];
        put?: never;
        /**
         * Sign in with an API key
         * @description For browsers: checks the key and sets the cookie of a session, which no script can read. The session may do what the key may, and ends with it.
         */
        post: operations["openSession"];
        /**
         * Sign out
         * @description Ends the session of this browser and takes its cookie away.
         */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which operator is signed in
         * @description The operator who is signed in in this browser.
         */
        get: operations["getOperatorSession"];
        put?: never;
        /**
         * Sign in as an operator
         * @description For browsers: checks the token and sets the cookie of a session, which no script can read. It lasts twelve hours, and ends with the token.
         */
        post: operations["openOperatorSession"];
        /**
         * Sign out as an operator
         * @description Ends the session of this browser and takes its cookie away.
         */
        delete: operations["closeOperatorSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/teams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List all teams
         * @description Newest first, with the limits of each and what it uses of them.
         */
        get: operations["listTeams"];
        put?: never;
        /**
         * Create a team
         * @description Makes a team with its first API key and, where an email is given, its first owner.
         */
        post: operations["createTeam"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/teams/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a team
         * @description Its name, and whether it is suspended.
         */
        get: operations["getOperatedTeam"];
        put?: never;
        post?: never;
        /**
         * Delete a team
         * @description Deletes a suspended team with everything that it has. Its audit log stays.
         */
        delete: operations["deleteTeam"];
        options?: never;
        head?: never;
        /**
         * Rename a team
         * @description Gives any team another name; its id stays.
         */
        patch: operations["renameOperatedTeam"];
        trace?: never;
    };
    "/v1/admin/teams/{id}/quota": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the quota of a team
         * @description The limits of a team, what is used of them, which are its own, and its weight in the fair share.
         */
        get: operations["getTeamQuota"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the quota of a team
         * @description Gives a team limits of its own, or, with null, that of the installation again; and its weight. What is not named stays.
         */
        patch: operations["changeTeamQuota"];
        trace?: never;
    };
    "/v1/admin/teams/{id}/suspend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Suspend a team
         * @description Its keys and people are refused from then on, with `team_suspended`. Running jobs finish; what is queued waits.
         */
        post: operations["suspendTeam"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/teams/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End the suspension of a team
         * @description Ends a suspension; what is queued is run again.
         */
        post: operations["resumeTeam"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List workers
         * @description Registered workers, newest first.
         */
        get: operations["listWorkers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/workers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a worker
         * @description What a registered worker has, what it does, and what operators want of it.
         */
        get: operations["getWorker"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/workers/{id}/cordon": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cordon a worker
         * @description Has a worker claim nothing new; what it works on goes on.
         */
        post: operations["cordonWorker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/workers/{id}/uncordon": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Uncordon a worker
         * @description Lets a cordoned worker claim again.
         */
        post: operations["uncordonWorker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/workers/{id}/drain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Drain a worker
         * @description Has a worker claim nothing new, and end when its work has ended.
         */
        post: operations["drainWorker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/queue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The whole queue
         * @description Queued jobs of all teams in the order in which they are expected to be claimed, and why each waits. A page is as of the moment at which it is read.
         */
        get: operations["getQueue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/trash": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List deleted teams
         * @description Deleted teams that can be restored, newest first.
         */
        get: operations["listTrashedTeams"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/trash/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore a team
         * @description Takes a team out of the trash; it stays suspended.
         */
        post: operations["restoreTeam"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/trash/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a team for good
         * @description Removes a team in the trash for good, now. Its audit log stays.
         */
        delete: operations["purgeTeam"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/audit-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Audit log of all teams
         * @description Who has changed what, newest first. Entries are never changed, and outlive what they name.
         */
        get: operations["listWholeAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/admin/audit-log/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export the audit log of all teams
         * @description All entries that a filter leaves, newest first: a JSON document a line, or CSV.
         */
        get: operations["exportWholeAuditLog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @example {
         *       "numbers": [
         *         1,
         *         4,
         *         7
         *       ]
         *     }
         */
        AcceptRequest: {
            /** @description Numbers of the suggestions. */
            numbers: number[];
            /** @description The version that it is made of, by default the newest that is ready. Required where images are named by number. */
            base?: number;
        };
        AnsweringModel: {
            id: string;
            /** @description Letters, digits, dots, hyphens and underscores; it may not begin with `model_`. */
            name: string;
            version: number;
            alias: string | null;
            checkpoint: string;
        };
        /**
         * @example {
         *       "name": "training",
         *       "scopes": [
         *         "read",
         *         "write"
         *       ],
         *       "id": "key_1r5s9",
         *       "member": null,
         *       "createdAt": "2026-03-01T09:30:00.000Z",
         *       "expiresAt": null,
         *       "lastUsedAt": "2026-03-01T10:02:00.000Z",
         *       "rotatedFrom": null
         *     }
         */
        ApiKey: {
            id: string;
            name: string;
            scopes: ("read" | "write" | "admin")[];
            member: string | null;
            /** Format: date-time */
            createdAt: string;
            expiresAt: string | null;
            lastUsedAt: string | null;
            rotatedFrom: string | null;
        };
        /**
         * @example {
         *       "job": "job_5m2x8",
         *       "kind": "predictions",
         *       "fileName": "predictions.csv",
         *       "contentType": "text/csv",
         *       "sizeBytes": 20480,
         *       "sha256": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
         *       "createdAt": "2026-03-01T10:02:00.000Z"
         *     }
         */
        Artifact: {
            job: string;
            /** @description What it is; a job has one of a kind. */
            kind: string;
            fileName: string;
            contentType: string;
            sizeBytes: number;
            sha256: string;
            /** Format: date-time */
            createdAt: string;
        };
        Attempt: {
            number: number;
            worker: string | null;
            /** @description cpu or cuda. */
            deviceKind: string;
            /** @description In all, where several workers take part. */
            devices: number;
            members: {
                worker: string;
                devices: number;
            }[] | null;
            /** @description By how much the gradient accumulation of the spec was multiplied, after memory had run out; 1: as it is. */
            accumulationFactor: number;
            /** @description The step of the checkpoint that it started from. */
            fromStep: number;
            toStep: number | null;
            /** Format: date-time */
            startedAt: string;
            endedAt: string | null;
            /** @description From start to end, or to now. */
            seconds: number;
            outcome: string | null;
            reason: components["schemas"]["Reason"] | null;
        };
        AuditEntry: {
            id: string;
            team: string | null;
            /** Format: date-time */
            at: string;
            actor: {
                /** @enum {string} */
                kind: "person" | "key" | "operator" | "host";
                id: string;
                /** @description Email of a person, name of a key or operator. */
                name: string;
            };
            key: string | null;
            /** @description The operationId of the call. */
            action: string;
            resource: {
                type: string;
                id: string | null;
            };
            /** @description What it was; null of what was not there. */
            before: unknown;
            /** @description What it is; null of what is gone. */
            after: unknown;
            requestId: string | null;
        };
        /**
         * @example {
         *       "action": "tag",
         *       "ids": [
         *         "job_5m2x8",
         *         "job_6n3y9"
         *       ],
         *       "tags": [
         *         "keep"
         *       ]
         *     }
         */
        BatchRequest: {
            /** @enum {string} */
            action: "cancel" | "pause" | "resume" | "stop" | "retry" | "delete" | "tag" | "untag";
            ids: string[];
            /** @description For tag and untag. */
            tags?: string[];
        };
        BatchResult: {
            id: string;
            state: string | null;
            error: {
                code: string;
                detail: string;
            } | null;
        };
        /**
         * @example {
         *       "id": "ckpt_7h3d1",
         *       "job": "job_5m2x8",
         *       "kind": "best",
         *       "step": 414,
         *       "sizeBytes": 44800512,
         *       "sha256": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
         *       "metrics": {
         *         "val/accuracy": 0.84,
         *         "val/loss": 0.47
         *       },
         *       "createdAt": "2026-03-01T10:02:00.000Z"
         *     }
         */
        Checkpoint: {
            id: string;
            job: string;
            kind: "last" | "best" | "averaged";
            step: number;
            sizeBytes: number;
            sha256: string;
            metrics: {
                [key: string]: number;
            };
            /** Format: date-time */
            createdAt: string;
        };
        Comparison: {
            split: string;
            images: number;
            level: number;
            resamples: number;
            a: {
                /** @description A job’s id, or a folder of `anneal train`. */
                id: string;
                name: string;
                accuracy: number;
                /** @description [low, high] */
                interval: number[];
                /** @description Mean negative log-likelihood, calibrated. */
                nll: number;
            };
            b: {
                /** @description A job’s id, or a folder of `anneal train`. */
                id: string;
                name: string;
                accuracy: number;
                /** @description [low, high] */
                interval: number[];
                /** @description Mean negative log-likelihood, calibrated. */
                nll: number;
            };
            /** @description b minus a; paired bootstrap. */
            accuracy: {
                value: number;
                /** @description [low, high] */
                interval: number[];
            };
            /** @description b minus a; paired bootstrap. */
            nll: {
                value: number;
                /** @description [low, high] */
                interval: number[];
            };
            /** @description McNemar’s paired test. */
            mcnemar: {
                bothRight: number;
                /** @description Images that only a has right. */
                onlyA: number;
                onlyB: number;
                bothWrong: number;
                /** @description Two-sided p of the exact test that neither is better. */
                exact: number;
                /** @description Mid-p: less conservative. */
                midP: number;
            };
            classes: {
                name: string;
                images: number;
                recallA: number | null;
                recallB: number | null;
                onlyA: number;
                onlyB: number;
                /** @description Of the class alone, for as many classes uncorrected. */
                midP: number;
            }[];
            /** @description Where the specs differ. */
            spec: {
                pointer: string;
                a?: unknown;
                b?: unknown;
            }[];
            /** @description Images that one of the two alone has right, as many of either as were asked for: first those on which they are furthest apart. */
            differing: components["schemas"]["DifferingImage"][];
        };
        /**
         * @example {
         *       "id": "ds_4t7q9",
         *       "version": 1,
         *       "name": "flowers",
         *       "state": "ready",
         *       "sizeBytes": 48211904,
         *       "filesRead": 3670,
         *       "fractionRead": 1,
         *       "classCount": 2,
         *       "images": {
         *         "train": 2936,
         *         "val": 367,
         *         "test": 367
         *       },
         *       "options": {
         *         "leakage": "remove",
         *         "nearDuplicates": "report"
         *       },
         *       "reason": null,
         *       "sharedBy": null,
         *       "createdAt": "2026-03-01T09:30:00.000Z",
         *       "classes": [
         *         "rose",
         *         "tulip"
         *       ]
         *     }
         */
        Dataset: {
            id: string;
            /** @description The version that is described; without one in the address, the newest that is ready. */
            version: number;
            name: string;
            /** @description importing: a worker fetches it; ingesting: its images are read. */
            state: "importing" | "ingesting" | "ready" | "failed";
            /** @description Size of the upload; of an import, what has come so far. */
            sizeBytes: number;
            /** @description Files that ingest has read so far. */
            filesRead: number;
            /** @description Fraction of the upload that ingest has read so far, 0 to 1. */
            fractionRead: number;
            classCount: number | null;
            images: {
                train: number;
                val: number;
                test: number;
            } | null;
            options: components["schemas"]["IngestSettings"];
            reason: components["schemas"]["Reason"] | null;
            sharedBy: {
                team: string;
                name: string;
            } | null;
            /** Format: date-time */
            createdAt: string;
            classes: string[] | null;
        };
        DatasetDifference: {
            /** @description Path in the upload. */
            file: string;
            /** @description changed: it has another class or split. */
            change: "appended" | "changed" | "removed";
            before: {
                /** @description Number of the image among all of its version, from 0. */
                item: number;
                class: string;
                /** @enum {string} */
                split: "train" | "val" | "test";
            } | null;
            after: {
                /** @description Number of the image among all of its version, from 0. */
                item: number;
                class: string;
                /** @enum {string} */
                split: "train" | "val" | "test";
            } | null;
        };
        DatasetItem: {
            /** @description quarantined: a file that was set aside; `problem` says why. */
            status: "kept" | "quarantined";
            item: number | null;
            /** @description Path in the upload. */
            file: string;
            class: string | null;
            split: ("train" | "val" | "test") | null;
            index: number | null;
            group: string | null;
            width: number | null;
            height: number | null;
            sha256: string | null;
            /** @description duplicate: the data set has an equal image; conflict: one of another class; near-duplicate: a nearly equal one in a later split; constant: it shows one colour only. */
            findings: ("duplicate" | "conflict" | "near-duplicate" | "constant")[];
            problem: {
                code: string;
                detail: string;
            } | null;
        };
        /**
         * @example {
         *       "name": "flowers",
         *       "import": "https://example.org/flowers.zip"
         *     }
         */
        DatasetRequest: {
            /** @description Without it, the file or the address gives the name. */
            name?: string;
            /**
             * @description Of an image in two splits: remove it from the earlier one of train, val and test, or refuse the data set.
             * @default remove
             * @enum {string}
             */
            leakage?: "remove" | "refuse";
            /**
             * @description Of images in two splits that look almost the same: report them, or as with leakage.
             * @default report
             * @enum {string}
             */
            nearDuplicates?: "report" | "remove" | "refuse";
            /** @description Images of one group stay in one split: folder for the folders below those of the classes, or the name of a column. */
            groupBy?: string;
            /** @description Id of a resumable upload that is whole: an archive. */
            upload?: string;
            /** @description https:// address of an archive, s3://bucket/key of one, or s3://bucket/prefix/ of files; a worker fetches it. */
            import?: string;
        };
        /**
         * @example {
         *       "id": "ds_4t7q9",
         *       "version": 1,
         *       "name": "flowers",
         *       "state": "ready",
         *       "sizeBytes": 48211904,
         *       "filesRead": 3670,
         *       "fractionRead": 1,
         *       "classCount": 2,
         *       "images": {
         *         "train": 2936,
         *         "val": 367,
         *         "test": 367
         *       },
         *       "options": {
         *         "leakage": "remove",
         *         "nearDuplicates": "report"
         *       },
         *       "reason": null,
         *       "sharedBy": null,
         *       "createdAt": "2026-03-01T09:30:00.000Z"
         *     }
         */
        DatasetSummary: {
            id: string;
            /** @description The version that is described; without one in the address, the newest that is ready. */
            version: number;
            name: string;
            /** @description importing: a worker fetches it; ingesting: its images are read. */
            state: "importing" | "ingesting" | "ready" | "failed";
            /** @description Size of the upload; of an import, what has come so far. */
            sizeBytes: number;
            /** @description Files that ingest has read so far. */
            filesRead: number;
            /** @description Fraction of the upload that ingest has read so far, 0 to 1. */
            fractionRead: number;
            classCount: number | null;
            images: {
                train: number;
                val: number;
                test: number;
            } | null;
            options: components["schemas"]["IngestSettings"];
            reason: components["schemas"]["Reason"] | null;
            sharedBy: {
                team: string;
                name: string;
            } | null;
            /** Format: date-time */
            createdAt: string;
        };
        /**
         * @example {
         *       "dataset": "ds_4t7q9",
         *       "version": 1,
         *       "parent": null,
         *       "state": "ready",
         *       "changed": null,
         *       "classCount": 2,
         *       "images": {
         *         "train": 2936,
         *         "val": 367,
         *         "test": 367
         *       },
         *       "reason": null,
         *       "createdAt": "2026-03-01T09:30:00.000Z"
         *     }
         */
        DatasetVersion: {
            dataset: string;
            version: number;
            parent: number | null;
            /** @description importing: a worker fetches it; ingesting: its images are read. */
            state: "importing" | "ingesting" | "ready" | "failed";
            changed: {
                appended: number;
                removed: number;
                relabelled: number;
                moved: number;
            } | null;
            classCount: number | null;
            images: {
                train: number;
                val: number;
                test: number;
            } | null;
            reason: components["schemas"]["Reason"] | null;
            /** Format: date-time */
            createdAt: string;
        };
        DifferingImage: {
            /** @description The run that has it right. */
            right: "a" | "b";
            file: string | null;
            place: number | null;
            label: string;
            /** @description Probability of the true class by the run that is right, less that by the other one. */
            gap: number;
            a: {
                predicted: string;
                /** @description Calibrated probability of that class. */
                confidence: number;
                /** @description Calibrated probability of the true class. */
                truth: number;
            };
            b: {
                predicted: string;
                /** @description Calibrated probability of that class. */
                confidence: number;
                /** @description Calibrated probability of the true class. */
                truth: number;
            };
        };
        Explanation: {
            job: string;
            /** @enum {string} */
            state: "queued" | "starting" | "running" | "finalizing" | "pausing" | "paused" | "stopping" | "stopped" | "succeeded" | "failed" | "canceled";
            rank: number | null;
            ahead: {
                /** @description Jobs of the team that are before it. */
                own: number;
                /** @description The first of them. */
                ownJobs: string[];
                others: number | null;
            } | null;
            share: {
                /** @description Of the team. */
                own: number;
                /** @description Of all teams that wait or run. */
                mean: number;
                weight: number;
                waitingTeams: number;
            } | null;
            quota: {
                name: string;
                freesAt: string | null;
            } | null;
            /** @description Jobs and data sets that it runs after and that are not done. */
            waitsFor: {
                id: string;
                state: string | null;
            }[];
            waitingFor: {
                resources: {
                    /** @enum {string} */
                    device: "auto" | "cpu" | "gpu";
                    devices: number;
                    elastic: boolean;
                    compressGradients: boolean;
                    memory: number | null;
                    labels: string[];
                    pool: string;
                };
                /** @description Workers that are registered. */
                workers: number;
                detail: string;
            } | null;
            expectedStart: {
                /** Format: date-time */
                at: string;
                /** @description From now. */
                seconds: number;
                /** @description On a device that another job is asked to leave. */
                byPreemption: boolean;
                method: string;
            } | null;
            detail: string;
        };
        /** @description Of the report, once there is one. */
        FinalMetrics: {
            accuracy?: number;
            top5?: number;
            balancedAccuracy?: number;
            macroF1?: number;
            nll?: number;
            nllUncalibrated?: number;
            ece?: number;
            eceUncalibrated?: number;
        };
        /**
         * @example {
         *       "mode": "continue",
         *       "spec": {
         *         "budget": {
         *           "epochs": 40
         *         }
         *       }
         *     }
         */
        ForkRequest: {
            /**
             * @description weights: a new run that starts from the weights of a checkpoint; continue: the run resumes from its last checkpoint, with its optimiser, for a larger budget.
             * @default weights
             * @enum {string}
             */
            mode?: "weights" | "continue";
            /** @description A checkpoint of the job; by default the weights that it reported on, or the last ones. With continue one of kind last. */
            checkpoint?: string;
            /** @description Changes of the spec, as a JSON merge patch; null has the default chosen again. With continue: budget, schedule, earlyStopping, evaluation, calibration and name. */
            spec?: Record<string, never>;
            /** @description Among the jobs of the team; the highest first. */
            priority?: number;
            tags?: string[];
            notes?: string;
            deadline?: string | null;
            maxRunSeconds?: number | null;
            maxWaitSeconds?: number | null;
            /** @description What it needs of a worker; no part of the hash of its spec. */
            resources?: {
                /**
                 * @description auto: whatever the worker has.
                 * @enum {string}
                 */
                device?: "auto" | "cpu" | "gpu";
                /** @description How many devices, of one worker or, where none has as many, of several; they share every batch, which has to divide evenly. */
                devices?: number;
                /** @description Whether it may run on fewer devices, at least one, while no worker has as many, nor several together. */
                elastic?: boolean;
                /** @description Whether its devices send one another gradients as bfloat16: half as many bytes, for a network that is slower than they are. Weights stay float32. */
                compressGradients?: boolean;
                /** @description Of each device at least: bytes, or text such as "8GiB". Of a CPU, the memory of its machine. */
                memory?: number | string;
                /** @description That the worker has, all of them. */
                labels?: string[];
                /** @description The pool whose workers run it, and those that take over from it; `default` without. */
                pool?: string;
            };
            /** @description Jobs that have to succeed, or be stopped with their weights kept, and data sets that have to be ready, before it runs. */
            after?: string[];
        };
        IngestReport: {
            /** @description Files in the upload. */
            files: number;
            images: {
                train: number;
                val: number;
                test: number;
            };
            classes: {
                name: string;
                train: number;
                val: number;
                test: number;
            }[];
            /** @description Imbalance: training images of the largest class over those of the smallest. */
            imbalance: number;
            channels: number;
            sizes: {
                /** @description Smallest side, pixels. */
                smallest: number;
                /** @description Median shorter side, pixels. */
                median: number;
                /** @description Largest side, pixels. */
                largest: number;
                /** @description Longest shorter side that is kept, pixels. */
                packed: number;
            };
            splits: {
                val: "given" | "drawn";
                test: "given" | "drawn";
            };
            quarantined: {
                count: number;
                /** @description The first 1000. */
                files: {
                    file: string;
                    code: string;
                    detail: string;
                }[];
            };
            /** @description Files that are no images, and files that systems and tools leave next to them. */
            ignored: {
                count: number;
                /** @description By extension, or by what hides them; the most frequent first, at most 1000. */
                kinds: {
                    kind: string;
                    count: number;
                    example: string;
                }[];
            };
            duplicates: {
                /** @description Images whose pixels are those of an earlier image. */
                count: number;
                /** @description The first 1000 groups. */
                groups: string[][];
            };
            /** @description The ground of transparent images, unless a spec sets another; absent: none is transparent. */
            background?: {
                colour: "black" | "white";
                /** @description Transparent images. */
                images: number;
            };
            /** @description How images of more than 8 bits were scaled, all alike; absent: there are none. */
            depth?: {
                /** @description Images of more than 8 bits per channel. */
                images: number;
                /** @description Bits in use in images of 16 bits; 2^bits − 1 becomes 255. */
                bits?: number;
                /** @description Values of floating-point images that become 0 and 255. */
                float?: {
                    min: number;
                    max: number;
                };
            };
            /** @description Classes with images of one colour, up to faint noise, once they are on the ground. */
            constant?: {
                name: string;
                images: number;
            }[];
            /** @description Images with equal pixels that have more than one class. */
            conflicts: {
                count: number;
                /** @description The first 1000 groups. */
                groups: {
                    file: string;
                    label: string;
                }[][];
            };
            /** @description Images that have an equal one in a later split, and left the data set. */
            leaks: {
                count: number;
                /** @description The first 1000. */
                pairs: {
                    file: string;
                    split: "train" | "val" | "test";
                    other: string;
                    otherSplit: "train" | "val" | "test";
                }[];
            };
            /** @description Images that have a nearly equal one, by a perceptual hash, in a later split. */
            nearDuplicates: {
                count: number;
                /** @description The first 1000. */
                pairs: {
                    file: string;
                    split: "train" | "val" | "test";
                    other: string;
                    otherSplit: "train" | "val" | "test";
                }[];
            };
            /** @description How the images are stored. */
            storage: {
                /** @description As pixels of 8 bits, or, where those would be too large, as JPEG of quality 95 with full colour resolution. */
                codec: "raw" | "jpeg";
                bytes: number;
                /** @description Files that the images are in. */
                shards: number;
            };
            changed?: {
                appended: number;
                removed: number;
                relabelled: number;
                moved: number;
            };
            warnings: string[];
        };
        IngestSettings: {
            /**
             * @description Of an image in two splits: remove it from the earlier one of train, val and test, or refuse the data set.
             * @default remove
             * @enum {string}
             */
            leakage: "remove" | "refuse";
            /**
             * @description Of images in two splits that look almost the same: report them, or as with leakage.
             * @default report
             * @enum {string}
             */
            nearDuplicates: "report" | "remove" | "refuse";
            /** @description Images of one group stay in one split: folder for the folders below those of the classes, or the name of a column. */
            groupBy?: string;
        };
        /**
         * @example {
         *       "id": "job_5m2x8",
         *       "name": "flowers baseline",
         *       "kind": "fit",
         *       "dataset": "ds_4t7q9",
         *       "datasetVersion": 1,
         *       "datasetName": "flowers",
         *       "model": "resnet18",
         *       "datasetDeleted": false,
         *       "sweep": null,
         *       "state": "running",
         *       "specHash": "9f86d081884c7d65",
         *       "resources": {
         *         "device": "auto",
         *         "devices": 1,
         *         "elastic": false,
         *         "compressGradients": false,
         *         "memory": null,
         *         "labels": [],
         *         "pool": "default"
         *       },
         *       "warnings": [],
         *       "progress": {
         *         "step": 460,
         *         "totalSteps": 920,
         *         "epoch": 10,
         *         "epochs": 20,
         *         "imagesPerSecond": 212,
         *         "secondsLeft": 138,
         *         "loss": 0.41,
         *         "accuracy": 0.86,
         *         "valAccuracy": 0.84
         *       },
         *       "accuracy": null,
         *       "finalMetrics": null,
         *       "reason": null,
         *       "priority": 0,
         *       "submittedBy": null,
         *       "tags": [
         *         "baseline"
         *       ],
         *       "deadline": null,
         *       "maxRunSeconds": 3600,
         *       "maxWaitSeconds": null,
         *       "ranSeconds": 141,
         *       "after": [],
         *       "blocked": false,
         *       "forkOf": null,
         *       "attempt": 1,
         *       "notBefore": null,
         *       "createdAt": "2026-03-01T09:30:00.000Z",
         *       "endedAt": null,
         *       "notes": "",
         *       "spec": {
         *         "dataset": "ds_4t7q9@1",
         *         "model": {
         *           "name": "resnet18"
         *         },
         *         "batchSize": 64
         *       },
         *       "reasons": {
         *         "/batchSize": "for 2936 training images"
         *       }
         *     }
         */
        Job: {
            id: string;
            name: string;
            /**
             * @description fit: training; range-test: the learning-rate range test; policy-search: a search for an augmentation policy.
             * @enum {string}
             */
            kind: "fit" | "range-test" | "policy-search";
            dataset: string;
            datasetVersion: number;
            /** @description Also where the data set was deleted. */
            datasetName: string;
            model: string | null;
            /** @description Whether this version of the data set is gone: the job cannot run again. */
            datasetDeleted: boolean;
            sweep: string | null;
            /** @enum {string} */
            state: "queued" | "starting" | "running" | "finalizing" | "pausing" | "paused" | "stopping" | "stopped" | "succeeded" | "failed" | "canceled";
            specHash: string;
            /** @description What is allowed in the spec and probably not meant. */
            warnings: {
                pointer: string;
                detail: string;
            }[];
            progress: components["schemas"]["Progress"] | null;
            accuracy: number | null;
            finalMetrics: components["schemas"]["FinalMetrics"] | null;
            reason: components["schemas"]["Reason"] | null;
            /** @description Among the jobs of its team; the highest first. */
            priority: number;
            submittedBy: string | null;
            tags: string[];
            deadline: string | null;
            maxRunSeconds: number | null;
            maxWaitSeconds: number | null;
            /** @description Time on a device over all attempts. */
            ranSeconds: number;
            /** @description Jobs and data sets that it runs after. */
            after: string[];
            /** @description Whether it waits for one of `after`; `explain` says for which. */
            blocked: boolean;
            resources: {
                /** @enum {string} */
                device: "auto" | "cpu" | "gpu";
                devices: number;
                elastic: boolean;
                compressGradients: boolean;
                memory: number | null;
                labels: string[];
                pool: string;
            };
            forkOf: {
                job: string;
                checkpoint: string;
                /** @description weights: it starts from the weights; continue: it trains on, with optimiser and step. */
                mode: "weights" | "continue";
            } | null;
            attempt: number;
            notBefore: string | null;
            /** Format: date-time */
            createdAt: string;
            endedAt: string | null;
            notes: string;
            /** @description The resolved spec. */
            spec: unknown;
            /** @description Why a default has its value, by pointer. */
            reasons: unknown;
        };
        /**
         * @example {
         *       "tags": [
         *         "baseline",
         *         "keep"
         *       ],
         *       "notes": "Before the new labels.",
         *       "priority": 10
         *     }
         */
        JobChanges: {
            /** @description Among the jobs of the team; the highest first. */
            priority?: number;
            tags?: string[];
            notes?: string;
            deadline?: string | null;
            maxRunSeconds?: number | null;
            maxWaitSeconds?: number | null;
        };
        /**
         * @example {
         *       "id": "17",
         *       "type": "progress",
         *       "data": {
         *         "step": 460,
         *         "totalSteps": 920,
         *         "epoch": 10,
         *         "epochs": 20,
         *         "imagesPerSecond": 212,
         *         "secondsLeft": 138,
         *         "loss": 0.41,
         *         "accuracy": 0.86,
         *         "valAccuracy": 0.84
         *       },
         *       "at": "2026-03-01T10:02:00.000Z"
         *     }
         */
        JobEvent: {
            id: string;
            type: string;
            data: unknown;
            /** Format: date-time */
            at: string;
        };
        /**
         * @description A job spec with `dataset`, and next to it what is no part of the spec: priority, tags, notes, limits, and what it runs after.
         * @example {
         *       "dataset": "ds_4t7q9",
         *       "name": "flowers baseline",
         *       "model": {
         *         "name": "resnet18",
         *         "pretrained": "imagenet"
         *       },
         *       "augment": [
         *         "random-resized-crop",
         *         "horizontal-flip"
         *       ],
         *       "budget": {
         *         "epochs": 20
         *       },
         *       "tags": [
         *         "baseline"
         *       ],
         *       "maxRunSeconds": 3600
         *     }
         */
        JobSubmission: {
            /** @description Display name of the job. */
            name?: string;
            /** @description Named recipe to start from, see `anneal spec recipes`; fields of the spec override it. */
            recipe?: string;
            /** @description REST only: id of the data set, or id@version; without a version, the newest that is ready, whose number is in the resolved spec. */
            dataset?: string;
            /** @description Expected number of classes; checked against the data set if given. */
            classes?: number;
            image?: components["schemas"]["ImageSpec"];
            budget?: components["schemas"]["BudgetSpec"];
            /** @description Images per step. */
            batchSize?: number;
            /** @description Precision of convolutions and activations; weights stay float32. auto: bfloat16 if the processor supports it. */
            precision?: "auto" | "float32" | "bfloat16";
            /** @description Random seed. */
            seed?: number;
            model?: components["schemas"]["ModelSpec"];
            sampling?: components["schemas"]["SamplingSpec"];
            /** @description Augmentations of training images, in order. */
            augment?: components["schemas"]["AugmentationSpec"][];
            mix?: components["schemas"]["MixSpec"];
            loss?: components["schemas"]["LossSpec"];
            optimizer?: components["schemas"]["OptimizerSpec"];
            schedule?: components["schemas"]["ScheduleSpec"];
            evaluation?: components["schemas"]["EvaluationSpec"];
            earlyStopping?: components["schemas"]["EarlyStoppingSpec"];
            averaging?: components["schemas"]["AveragingSpec"];
            adjustment?: components["schemas"]["AdjustmentSpec"];
            openSet?: components["schemas"]["OpenSetSpec"];
            calibration?: components["schemas"]["CalibrationSpec"];
            /** @description Parts of the budget that override fields of the job. A stage with a `schedule` runs it over its own steps; the others follow the job’s schedule over the whole budget. */
            stages?: components["schemas"]["StageSpec"][];
            /** @description Among the jobs of the team; the highest first. */
            priority?: number;
            tags?: string[];
            notes?: string;
            deadline?: string | null;
            maxRunSeconds?: number | null;
            maxWaitSeconds?: number | null;
            /** @description What it needs of a worker; no part of the hash of its spec. */
            resources?: {
                /**
                 * @description auto: whatever the worker has.
                 * @enum {string}
                 */
                device?: "auto" | "cpu" | "gpu";
                /** @description How many devices, of one worker or, where none has as many, of several; they share every batch, which has to divide evenly. */
                devices?: number;
                /** @description Whether it may run on fewer devices, at least one, while no worker has as many, nor several together. */
                elastic?: boolean;
                /** @description Whether its devices send one another gradients as bfloat16: half as many bytes, for a network that is slower than they are. Weights stay float32. */
                compressGradients?: boolean;
                /** @description Of each device at least: bytes, or text such as "8GiB". Of a CPU, the memory of its machine. */
                memory?: number | string;
                /** @description That the worker has, all of them. */
                labels?: string[];
                /** @description The pool whose workers run it, and those that take over from it; `default` without. */
                pool?: string;
            };
            /** @description Jobs that have to succeed, or be stopped with their weights kept, and data sets that have to be ready, before it runs. */
            after?: string[];
        };
        JobSuggestion: {
            /** @description From 1: label errors first, the most probable ones first. */
            number: number;
            /** @description label: the given class is probably wrong; outlier: the image is unlike the training images, whatever its class. */
            kind: "label" | "outlier";
            split: "train" | "val" | "test";
            /** @description Place in the split, from 0. */
            index: number;
            /** @description Place in the data set, over train, val and test, from 0. */
            item: number;
            /** @description Name in the upload. */
            file: string;
            /** @description The given class. */
            label: string;
            suggested: string | null;
            /** @description Calibrated probability of the given class. */
            probability: number;
            suggestedProbability: number | null;
            /** @description Larger is more probable. label: 1 less the probability of the given class; outlier: the mean cosine distance to the nearest training images. */
            score: number;
            /** @description A sentence. */
            reason: string;
            /** @description Address of the image as PNG. */
            image: string;
        };
        /**
         * @example {
         *       "id": "job_5m2x8",
         *       "name": "flowers baseline",
         *       "kind": "fit",
         *       "dataset": "ds_4t7q9",
         *       "datasetVersion": 1,
         *       "datasetName": "flowers",
         *       "model": "resnet18",
         *       "datasetDeleted": false,
         *       "sweep": null,
         *       "state": "running",
         *       "specHash": "9f86d081884c7d65",
         *       "resources": {
         *         "device": "auto",
         *         "devices": 1,
         *         "elastic": false,
         *         "compressGradients": false,
         *         "memory": null,
         *         "labels": [],
         *         "pool": "default"
         *       },
         *       "warnings": [],
         *       "progress": {
         *         "step": 460,
         *         "totalSteps": 920,
         *         "epoch": 10,
         *         "epochs": 20,
         *         "imagesPerSecond": 212,
         *         "secondsLeft": 138,
         *         "loss": 0.41,
         *         "accuracy": 0.86,
         *         "valAccuracy": 0.84
         *       },
         *       "accuracy": null,
         *       "finalMetrics": null,
         *       "reason": null,
         *       "priority": 0,
         *       "submittedBy": null,
         *       "tags": [
         *         "baseline"
         *       ],
         *       "deadline": null,
         *       "maxRunSeconds": 3600,
         *       "maxWaitSeconds": null,
         *       "ranSeconds": 141,
         *       "after": [],
         *       "blocked": false,
         *       "forkOf": null,
         *       "attempt": 1,
         *       "notBefore": null,
         *       "createdAt": "2026-03-01T09:30:00.000Z",
         *       "endedAt": null
         *     }
         */
        JobSummary: {
            id: string;
            name: string;
            /**
             * @description fit: training; range-test: the learning-rate range test; policy-search: a search for an augmentation policy.
             * @enum {string}
             */
            kind: "fit" | "range-test" | "policy-search";
            dataset: string;
            datasetVersion: number;
            /** @description Also where the data set was deleted. */
            datasetName: string;
            model: string | null;
            /** @description Whether this version of the data set is gone: the job cannot run again. */
            datasetDeleted: boolean;
            sweep: string | null;
            /** @enum {string} */
            state: "queued" | "starting" | "running" | "finalizing" | "pausing" | "paused" | "stopping" | "stopped" | "succeeded" | "failed" | "canceled";
            specHash: string;
            /** @description What is allowed in the spec and probably not meant. */
            warnings: {
                pointer: string;
                detail: string;
            }[];
            progress: components["schemas"]["Progress"] | null;
            accuracy: number | null;
            finalMetrics: components["schemas"]["FinalMetrics"] | null;
            reason: components["schemas"]["Reason"] | null;
            /** @description Among the jobs of its team; the highest first. */
            priority: number;
            submittedBy: string | null;
            tags: string[];
            deadline: string | null;
            maxRunSeconds: number | null;
            maxWaitSeconds: number | null;
            /** @description Time on a device over all attempts. */
            ranSeconds: number;
            /** @description Jobs and data sets that it runs after. */
            after: string[];
            /** @description Whether it waits for one of `after`; `explain` says for which. */
            blocked: boolean;
            resources: {
                /** @enum {string} */
                device: "auto" | "cpu" | "gpu";
                devices: number;
                elastic: boolean;
                compressGradients: boolean;
                memory: number | null;
                labels: string[];
                pool: string;
            };
            forkOf: {
                job: string;
                checkpoint: string;
                /** @description weights: it starts from the weights; continue: it trains on, with optimiser and step. */
                mode: "weights" | "continue";
            } | null;
            attempt: number;
            notBefore: string | null;
            /** Format: date-time */
            createdAt: string;
            endedAt: string | null;
            notes?: string;
            /** @description The resolved spec. */
            spec?: unknown;
            /** @description Why a default has its value, by pointer. */
            reasons?: unknown;
        };
        Lineage: {
            job: {
                id: string;
                name: string;
                /** Format: date-time */
                createdAt: string;
                endedAt: string | null;
            };
            checkpoint: {
                id: string;
                kind: string;
                step: number;
                sha256: string;
                /** @description Checkpoints that the spec names. */
                parents: string[];
            };
            /** @description The resolved spec. */
            spec: unknown;
            specHash: string;
            dataset: {
                id: string;
                version: number;
                name: string | null;
                fingerprint: string | null;
                images: {
                    train: number;
                    val: number;
                    test: number;
                } | null;
                classes: number;
            };
            code: {
                version: string | null;
                engine: string | null;
                device: string | null;
            };
            /** @description Of the checkpoint and of the report. */
            metrics: {
                [key: string]: number;
            };
        };
        /**
         * @example {
         *       "id": "10000000001",
         *       "attempt": 1,
         *       "at": "2026-03-01T10:02:00.000Z",
         *       "stream": "stderr",
         *       "text": "epoch 1 of 20"
         *     }
         */
        LogLine: {
            /** @description Grows along the log, over attempts; `after` and `Last-Event-ID` take it. */
            id: string;
            attempt: number;
            /** Format: date-time */
            at: string;
            /** @description `anneal`: what the worker notes, such as warnings of training, and where lines were cut. */
            stream: "stdout" | "stderr" | "anneal";
            text: string;
        };
        /**
         * @example {
         *       "id": "mem_3k8",
         *       "email": "ada@example.org",
         *       "role": "owner",
         *       "person": "person_9z",
         *       "createdAt": "2026-03-01T09:30:00.000Z",
         *       "joinedAt": "2026-03-01T09:30:00.000Z"
         *     }
         */
        Member: {
            id: string;
            email: string;
            /**
             * @description owner: scopes read, write and admin, which is for members, keys, the team and its audit log; member: read and write; viewer: read.
             * @enum {string}
             */
            role: "owner" | "member" | "viewer";
            person: string | null;
            /** Format: date-time */
            createdAt: string;
            joinedAt: string | null;
        };
        /**
         * @example {
         *       "key": "val/accuracy",
         *       "points": [
         *         [
         *           46,
         *           0.61
         *         ],
         *         [
         *           92,
         *           0.7
         *         ]
         *       ]
         *     }
         */
        MetricSeries: {
            key: string;
            /** @description [step, value] */
            points: [
                number,
                number
            ][];
        };
        /**
         * @example {
         *       "description": "Flowers of the botanical garden."
         *     }
         */
        ModelChanges: {
            /** @description Free text. */
            description?: string;
            card?: {
                /** @description What the model is for, and by whom. */
                intendedUse?: string;
                /** @description What it is not for. */
                outOfScope?: string;
                /** @description Groups, instruments and environments that matter. */
                factors?: string;
                /** @description Where the images come from, and how they were labelled. */
                data?: string;
                /** @description Ethical considerations. */
                ethics?: string;
                /** @description Known limitations and caveats. */
                limitations?: string;
            };
        };
        /**
         * @example {
         *       "model": "flowers",
         *       "version": 3,
         *       "checkpoint": "ckpt_7h3d1",
         *       "job": "job_5m2x8",
         *       "description": "",
         *       "aliases": [
         *         "champion"
         *       ],
         *       "sizeBytes": 44800512,
         *       "sha256": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
         *       "metrics": {
         *         "accuracy": 0.93
         *       },
         *       "registeredBy": {
         *         "kind": "key",
         *         "id": "key_1r5s9",
         *         "name": "training"
         *       },
         *       "createdAt": "2026-03-01T10:02:00.000Z"
         *     }
         */
        ModelVersion: {
            /** @description Letters, digits, dots, hyphens and underscores; it may not begin with `model_`. */
            model: string;
            version: number;
            checkpoint: string;
            job: string;
            description: string;
            aliases: string[];
            sizeBytes: number;
            sha256: string;
            /** @description Of the checkpoint and of the report. */
            metrics: {
                [key: string]: number;
            };
            registeredBy: {
                kind: string;
                id: string;
                /** @description Email of a person, name of a key. */
                name: string;
            };
            /** Format: date-time */
            createdAt: string;
        };
        ModelVersionWithLineage: {
            /** @description Letters, digits, dots, hyphens and underscores; it may not begin with `model_`. */
            model: string;
            version: number;
            checkpoint: string;
            job: string;
            description: string;
            aliases: string[];
            sizeBytes: number;
            sha256: string;
            /** @description Of the checkpoint and of the report. */
            metrics: {
                [key: string]: number;
            };
            registeredBy: {
                kind: string;
                id: string;
                /** @description Email of a person, name of a key. */
                name: string;
            };
            /** Format: date-time */
            createdAt: string;
            lineage: components["schemas"]["Lineage"];
        };
        /**
         * @example {
         *       "name": "flowers",
         *       "description": "Flowers of the botanical garden."
         *     }
         */
        NewModel: {
            /** @description Letters, digits, dots, hyphens and underscores; it may not begin with `model_`. */
            name: string;
            /** @description Free text. */
            description?: string;
            card?: {
                /** @description What the model is for, and by whom. */
                intendedUse?: string;
                /** @description What it is not for. */
                outOfScope?: string;
                /** @description Groups, instruments and environments that matter. */
                factors?: string;
                /** @description Where the images come from, and how they were labelled. */
                data?: string;
                /** @description Ethical considerations. */
                ethics?: string;
                /** @description Known limitations and caveats. */
                limitations?: string;
            };
        };
        /**
         * @example {
         *       "job": "job_5m2x8",
         *       "description": "With the new labels."
         *     }
         */
        NewModelVersion: {
            checkpoint?: string;
            /** @description In place of a checkpoint: the one that the job’s report is of, else its best or last. */
            job?: string;
            /** @description Free text. */
            description?: string;
        };
        /**
         * @example {
         *       "name": "gentle",
         *       "policy": [
         *         [
         *           {
         *             "op": "Rotate",
         *             "probability": 0.5,
         *             "magnitude": 3
         *           }
         *         ]
         *       ]
         *     }
         */
        NewPolicy: {
            /** @description What `auto-augment` takes as its `policy`. */
            name: string;
            /** @description List of sub-policies, each a list of operations; or the two numbers of rand-augment. */
            policy: {
                /** @description Name of the operation. */
                op: "Identity" | "ShearX" | "ShearY" | "TranslateX" | "TranslateY" | "Rotate" | "Brightness" | "Color" | "Contrast" | "Sharpness" | "Posterize" | "Solarize" | "AutoContrast" | "Equalize" | "Invert";
                /** @description Probability of applying it. */
                probability: number;
                /** @description Magnitude on the paper’s scale of 10 bins from 0, which stand for ranges of the operation’s own; numbers between two are allowed. 0 when left out; without meaning for Identity, AutoContrast, Equalize and Invert. */
                magnitude?: number;
            }[][] | {
                /** @description Operations per image. */
                numOps: number;
                /** @description Magnitude of every operation, on a scale of 31 bins from 0; numbers between two are allowed. */
                magnitude: number;
            };
        };
        /**
         * @example {
         *       "model": "flowers@champion",
         *       "dataset": "ds_4t7q9",
         *       "format": "csv",
         *       "top": 3,
         *       "tta": false
         *     }
         */
        NewPredictionBatch: {
            /** @description NAME, NAME:VERSION or NAME@ALIAS; or give `checkpoint`. */
            model?: string;
            checkpoint?: string;
            /** @description A data set, or one of its versions, ID@3; or give `upload`. */
            dataset?: string;
            /** @description A resumable upload that is whole: an archive of images. */
            upload?: string;
            /**
             * @description Of the data set; all of it without one.
             * @enum {string}
             */
            split?: "train" | "val" | "test";
            /**
             * @description jsonl: one JSON document per image; csv: one line per image, with a header.
             * @default jsonl
             * @enum {string}
             */
            format?: "jsonl" | "csv";
            /**
             * @description Classes an image, the most probable first.
             * @default 5
             */
            top?: number;
            /**
             * @description As of a prediction by request.
             * @default false
             */
            tta?: boolean;
        };
        /**
         * @example {
         *       "version": 3,
         *       "reason": "Better on the few-shot classes."
         *     }
         */
        NewPromotion: {
            version: number;
            /** @description Why. */
            reason: string;
        };
        /**
         * @example {
         *       "url": "https://example.org/hooks/anneal",
         *       "description": "Chat",
         *       "format": "standard",
         *       "events": [
         *         "job.succeeded",
         *         "job.failed"
         *       ]
         *     }
         */
        NewWebhook: {
            url: string;
            description?: string;
            /** @description `standard`: JSON by the Standard Webhooks specification. `slack`: a text, for incoming webhooks of Slack and those like them. */
            format?: "standard" | "slack";
            /** @description Types of events that are sent; all where it is empty. */
            events?: ("job.started" | "job.paused" | "job.requeued" | "job.succeeded" | "job.stopped" | "job.failed" | "job.canceled" | "dataset.ready" | "dataset.failed" | "sweep.succeeded" | "sweep.failed" | "sweep.canceled")[];
        };
        OperatedTeam: {
            id: string;
            name: string;
            /** Format: date-time */
            createdAt: string;
            suspendedAt: string | null;
        };
        OperatorSessionInfo: {
            /** @description Name of the operator. */
            operator: string;
            /** @description To be sent as X-CSRF-Token with every call that changes something. */
            csrfToken: string;
            /** Format: date-time */
            expiresAt: string;
        };
        PolicySummary: {
            /** @description What `auto-augment` takes as its `policy`. */
            name: string;
            job: string | null;
            search: {
                /** @description density-matching or rand-augment. */
                method: string;
                baseline: number | null;
                found: number | null;
            } | null;
            /** Format: date-time */
            createdAt: string;
        };
        PredictionBatch: {
            id: string;
            /** @enum {string} */
            state: "queued" | "running" | "succeeded" | "failed";
            model: components["schemas"]["AnsweringModel"] | null;
            checkpoint: string;
            dataset: string | null;
            datasetVersion: number | null;
            /** @enum {string} */
            split?: "train" | "val" | "test";
            /**
             * @description jsonl: one JSON document per image; csv: one line per image, with a header.
             * @default jsonl
             * @enum {string}
             */
            format: "jsonl" | "csv";
            /**
             * @description Classes an image, the most probable first.
             * @default 5
             */
            top: number;
            /**
             * @description As of a prediction by request.
             * @default false
             */
            tta: boolean;
            images: number | null;
            /** @description Images so far. */
            predicted: number;
            /** @description Images among them that could not be read; the result says why of each. */
            failed: number;
            reason: components["schemas"]["Reason"] | null;
            result: {
                contentType: string;
                sizeBytes: number;
                sha256: string;
            } | null;
            /** Format: date-time */
            createdAt: string;
            endedAt: string | null;
        };
        /**
         * @example {
         *       "type": "urn:anneal:problem:not_found",
         *       "title": "not found",
         *       "status": 404,
         *       "detail": "There is no job job_5m2x8.",
         *       "code": "not_found",
         *       "errors": [],
         *       "requestId": "f3b1c2d4-0a5e-4e0b-9a51-6f2f1f9c7a10",
         *       "retryable": false
         *     }
         */
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            /** @enum {string} */
            code: "invalid_request" | "invalid_spec" | "unauthorized" | "forbidden" | "team_suspended" | "not_found" | "method_not_allowed" | "wrong_state" | "conflict" | "payload_too_large" | "unsupported_media_type" | "rate_limited" | "quota_exceeded" | "idempotency_key_reused" | "idempotency_in_flight" | "upload_aborted" | "archive_invalid" | "archive_unsupported" | "archive_truncated" | "archive_path_escape" | "archive_link" | "archive_too_many_entries" | "archive_too_large" | "archive_ratio" | "archive_padding" | "archive_path_too_long" | "file_repeated" | "file_damaged" | "file_unreadable" | "file_name_invalid" | "dataset_empty" | "dataset_one_class" | "dataset_too_large" | "dataset_layout" | "dataset_corrupt" | "image_undecodable" | "image_format_unsupported" | "image_aspect_ratio" | "image_too_slow" | "image_too_many_pixels" | "image_too_small" | "image_duplicate" | "image_unlabelled" | "label_missing" | "label_conflict" | "label_multiple" | "file_exists" | "dataset_change_invalid" | "dataset_unchanged" | "dataset_incompatible" | "file_missing" | "split_leakage" | "import_refused" | "import_unavailable" | "import_changed" | "ingest_memory_exceeded" | "ingest_time_exceeded" | "class_count_mismatch" | "image_size_unsupported" | "checkpoint_invalid" | "checkpoint_damaged" | "blob_damaged" | "weights_unavailable" | "weights_invalid" | "non_finite_loss" | "out_of_memory" | "engine_unavailable" | "kernel_failed" | "interrupted" | "canceled" | "rank_lost" | "trainer_crashed" | "preempted" | "lease_lost" | "poison" | "config_invalid" | "unavailable" | "internal";
            errors: {
                pointer: string;
                detail: string;
            }[];
            requestId: string;
            retryable: boolean;
            quota?: {
                name: string;
                used: number;
                limit: number;
                /** @description What the call would add. */
                adds: number;
                /** @description What frees some. */
                frees: string;
                /** @description When some is free with nothing done, where that is known. */
                freesAt: string | null;
                waitingHelps: boolean;
            };
        };
        Progress: {
            step: number;
            totalSteps: number;
            epoch: number;
            epochs: number;
            imagesPerSecond: number;
            secondsLeft: number;
            loss: number;
            accuracy: number;
            valAccuracy: number | null;
        };
        Promotion: {
            id: string;
            alias: string;
            from: number | null;
            to: number | null;
            reason: string;
            promotedBy: {
                kind: string;
                id: string;
                /** @description Email of a person, name of a key. */
                name: string;
            };
            /** Format: date-time */
            createdAt: string;
        };
        QueuedJob: {
            job: string;
            name: string;
            team: {
                id: string;
                name: string;
            };
            rank: number | null;
            priority: number;
            /** Format: date-time */
            createdAt: string;
            /** @description Since it was queued, or may be tried again. */
            waitedSeconds: number;
            resources: {
                /** @enum {string} */
                device: "auto" | "cpu" | "gpu";
                devices: number;
                elastic: boolean;
                compressGradients: boolean;
                memory: number | null;
                labels: string[];
                pool: string;
            };
            /** @description Decayed device-seconds over weight; the team with the least is next. */
            share: {
                /** @description Of its team. */
                own: number;
                mean: number;
                weight: number;
            };
            /**
             * @description turn: its place in the queue; retry: the time until it is tried again after a failure; dependency: what it runs after; worker: one that has what it needs; quota: a limit of its team; suspension: its team is suspended.
             * @enum {string}
             */
            waitsOn: "turn" | "retry" | "dependency" | "worker" | "quota" | "suspension";
            /** @description Why it waits. */
            detail: string;
            expectedStart: {
                /** Format: date-time */
                at: string;
                /** @description From now. */
                seconds: number;
            } | null;
        };
        QuotaState: {
            runningJobs: {
                limit: number | null;
                used: number | null;
            };
            queuedJobs: {
                limit: number | null;
                used: number | null;
            };
            deviceHours: {
                limit: number | null;
                used: number | null;
            };
            ingests: {
                limit: number | null;
                used: number | null;
            };
            uploads: {
                limit: number | null;
                used: number | null;
            };
            bytes: {
                limit: number | null;
                used: number | null;
            };
            apiKeys: {
                limit: number | null;
                used: number | null;
            };
            requestsPerMinute: {
                limit: number | null;
                used: number | null;
            };
        };
        Reason: {
            code: string;
            /** @description Whose fault it is; poison: what it asks for kills the workers that try. */
            fault: "user" | "data" | "capacity" | "infra" | "poison";
            retryable: boolean;
            detail: string;
        };
        /**
         * @example {
         *       "id": "model_2w6",
         *       "name": "flowers",
         *       "description": "Flowers of the botanical garden.",
         *       "newestVersion": 3,
         *       "aliases": {
         *         "champion": 3
         *       },
         *       "card": {
         *         "intendedUse": "Labels for visitors."
         *       },
         *       "sharedBy": null,
         *       "createdAt": "2026-03-01T09:30:00.000Z"
         *     }
         */
        RegisteredModel: {
            id: string;
            /** @description Letters, digits, dots, hyphens and underscores; it may not begin with `model_`. */
            name: string;
            description: string;
            newestVersion: number | null;
            /** @description Numbers of versions by alias. */
            aliases: {
                [key: string]: number;
            };
            card: {
                /** @description What the model is for, and by whom. */
                intendedUse?: string;
                /** @description What it is not for. */
                outOfScope?: string;
                /** @description Groups, instruments and environments that matter. */
                factors?: string;
                /** @description Where the images come from, and how they were labelled. */
                data?: string;
                /** @description Ethical considerations. */
                ethics?: string;
                /** @description Known limitations and caveats. */
                limitations?: string;
            };
            sharedBy: {
                team: string;
                name: string;
            } | null;
            /** Format: date-time */
            createdAt: string;
        };
        Report: {
            /** @description The split that was evaluated: test, or val where there is no test. */
            split: string;
            /** @description Which checkpoint was evaluated. */
            weights: string;
            data: {
                /** @description Hash of the packed data set. */
                dataset: string;
                /** @description SHA-256 of the split’s labels and pixels; runs with the same can be compared. */
                images: string;
            };
            images: number;
            /** @description Top-1. */
            accuracy: number;
            /** @description The true class is among the five most probable classes; absent where there are no more than five. */
            top5?: number;
            /** @description Mean recall over the classes that have images. */
            balancedAccuracy: number;
            /** @description Mean F1 over the classes that have images. */
            macroF1: number;
            /** @description Mean negative log-likelihood, calibrated. */
            nll: number;
            nllUncalibrated: number;
            /** @description Expected calibration error of the most probable class, 15 bins (low, high], calibrated. */
            ece: number;
            eceUncalibrated: number;
            temperature: number;
            /** @description Why the logits are not calibrated, or the fit ended at a bound, and what helps. */
            calibrationNote?: string;
            /** @description That the calibration made the log loss or the calibration error of the split larger. */
            calibrationWarning?: string;
            /** @description How the calibration was chosen. */
            calibration?: {
                /** @description What the probabilities are: the softmax of the logits, of logits over a temperature, or with a class prior added too. */
                applied: "none" | "temperature" | "temperature-and-prior";
                /** @description The class frequencies that the probabilities suppose: those of the validation images, or all alike. */
                prior: "data" | "uniform";
                /** @description Multiple of the log class frequencies of training that is added to the logits over the temperature. */
                priorStrength: number;
                /** @description On folds of the validation images that were not fitted to; with prior uniform, every class counts alike. */
                heldOut: {
                    /** @description What the probabilities are: the softmax of the logits, of logits over a temperature, or with a class prior added too. */
                    name: "none" | "temperature" | "temperature-and-prior";
                    /** @description Mean negative log-likelihood. */
                    nll: number;
                    /** @description Expected calibration error, 15 bins. */
                    ece: number;
                }[];
            };
            /** @description Scores of one class against the rest, averaged over classes. */
            averages?: {
                /** @description Means over the classes that have images; precision is 0 where nothing was taken for a class. */
                macro: {
                    precision: number | null;
                    recall: number | null;
                    f1: number | null;
                    averagePrecision: number | null;
                    rocAuc: number | null;
                };
                /** @description The same, weighted by the images of each class. */
                weighted: {
                    precision: number | null;
                    recall: number | null;
                    f1: number | null;
                    averagePrecision: number | null;
                    rocAuc: number | null;
                };
                /** @description Of all pairs of an image and a class; with one class an image, precision, recall and F1 are the accuracy. */
                micro: {
                    precision: number | null;
                    recall: number | null;
                    f1: number | null;
                    averagePrecision: number | null;
                    rocAuc: number | null;
                };
            };
            /** @description One class against the rest, by the calibrated probability of the class. */
            curves?: {
                /** @description Of all pairs of an image and a class. */
                micro: {
                    averagePrecision: number | null;
                    rocAuc: number | null;
                    /** @description [recall, precision, threshold], at most 60, recall rising. */
                    precisionRecall: number[][];
                    /** @description [false-positive rate, true-positive rate], at most 60, from [0, 0] to [1, 1]. */
                    roc: number[][];
                };
                /** @description At most 20: those with the lowest average precision. */
                classes: {
                    name: string;
                    averagePrecision: number | null;
                    rocAuc: number | null;
                    /** @description [recall, precision, threshold], at most 60, recall rising. */
                    precisionRecall: number[][];
                    /** @description [false-positive rate, true-positive rate], at most 60, from [0, 0] to [1, 1]. */
                    roc: number[][];
                }[];
            };
            /** @description Accuracy where only the images are answered that the model is most confident of. */
            selective?: {
                /** @description Area under the risk–coverage curve: mean error over all coverages. */
                aurc: number;
                /** @description By the fraction of the images that is to be answered; images of equal confidence are answered together. */
                byCoverage: {
                    /** @description The coverage that is wanted. */
                    target: number;
                    /** @description Calibrated probability of the answer, from which on images are answered. */
                    threshold: number;
                    /** @description Fraction of the images that are answered. */
                    coverage: number;
                    /** @description That are answered. */
                    images: number;
                    accuracy: number | null;
                    interval: number[] | null;
                }[];
                byThreshold: {
                    /** @description Calibrated probability of the answer, from which on images are answered. */
                    threshold: number;
                    /** @description Fraction of the images that are answered. */
                    coverage: number;
                    /** @description That are answered. */
                    images: number;
                    accuracy: number | null;
                    interval: number[] | null;
                }[];
                /** @description The largest coverage with an accuracy; 0 where none has it. The threshold was chosen on the same images, so that the accuracy is somewhat too high. */
                byAccuracy: {
                    /** @description The accuracy that is wanted. */
                    target: number;
                    /** @description Calibrated probability of the answer, from which on images are answered. */
                    threshold: number;
                    /** @description Fraction of the images that are answered. */
                    coverage: number;
                    /** @description That are answered. */
                    images: number;
                    accuracy: number | null;
                    interval: number[] | null;
                }[];
                /** @description [coverage, accuracy], at most 100, coverage rising. */
                curve: number[][];
            };
            /** @description Accuracy by what images are like, and where they come from; attributes in which all are alike are left out. */
            slices?: {
                /** @description Probability that any slice is marked although none differs. */
                level: number;
                /** @enum {string} */
                correction: "holm";
                /** @description Slices that were tested. */
                tests: number;
                attributes: {
                    /** @enum {string} */
                    name: "size" | "brightness" | "aspect" | "folder";
                    /** @description What is measured. */
                    description: string;
                    slices: {
                        name: string;
                        /** @description Smallest value in it. */
                        low?: number;
                        /** @description Largest value in it. */
                        high?: number;
                        images: number;
                        /** @description Top-1. */
                        accuracy: number;
                        /** @description [low, high]: Wilson. */
                        interval: number[];
                        /** @description The accuracy that the recalls of its images’ classes make expect. */
                        expected: number;
                        rest: number | null;
                        /** @description Of Fisher’s exact test against all other images. */
                        p: number;
                        /** @description Adjusted for all slices of the report. */
                        pAdjusted: number;
                        /** @description Whether `pAdjusted` is below the level. */
                        differs: boolean;
                    }[];
                }[];
            };
            /** @description Images that are in two splits, as found by ingest. */
            duplicates?: {
                /** @description Images of earlier splits that left the data set, since a later one has them. */
                equal: number;
                /** @description Pairs of nearly equal images in two splits, by a perceptual hash. */
                near: number;
                /** @description Images of the split that have a nearly equal training image. */
                nearTraining: number;
                accuracyWithout: number | null;
                interval: number[] | null;
                /** @description At most 10. */
                examples: {
                    /** @description Of the split. */
                    file: string;
                    /** @description Of training. */
                    other: string;
                }[];
            };
            /** @description What the scores are to be compared with. */
            baselines?: {
                /** @description What can be had without looking at an image. */
                majority: {
                    /** @description Of the most training images. */
                    class: string;
                    /** @description Of answering it always. */
                    accuracy: number;
                    balancedAccuracy: number;
                    /** @description Of the class frequencies in training, with one image more a class, as probabilities. */
                    nll: number;
                };
                /** @description Evaluated on the same images. */
                runs: {
                    /**
                     * @description parent: the job that it was forked from; previous: the last one before on the same version of the data set.
                     * @enum {string}
                     */
                    relation: "parent" | "previous";
                    job: string;
                    name: string;
                    accuracy: number;
                    balancedAccuracy: number | null;
                    macroF1: number | null;
                    nll: number | null;
                }[];
            };
            /** @description The scores of answering with the most probable class, where a class prior makes that differ from the answer, the class of the largest logit. */
            mostProbable?: {
                /** @description Top-1. */
                accuracy: number;
                /** @description Mean recall over the classes that have images. */
                balancedAccuracy: number;
                /** @description Fraction of the images for which the answer is another class. */
                differs: number;
            };
            /** @description Confidence intervals: Wilson’s for proportions, percentiles of the bootstrap over images for the rest; where all images are answered alike and no resample differs, Wilson’s with the number of images that a mean over classes is worth. */
            intervals: {
                level: number;
                /** @description Of the bootstrap. */
                resamples: number;
                /** @description [low, high]: Wilson. */
                accuracy: number[];
                /** @description [low, high]: Wilson. */
                top5?: number[];
                /** @description [low, high]: bootstrap. */
                balancedAccuracy: number[];
                /** @description [low, high]: bootstrap. */
                macroF1: number[];
                /** @description [low, high]: bootstrap. */
                nll: number[];
                /** @description [low, high]: bootstrap. */
                nllUncalibrated: number[];
                /** @description [low, high]: bootstrap; resampling adds noise to every bin, so that it is too high where the error is small. */
                ece: number[];
                /** @description [low, high]: bootstrap. */
                eceUncalibrated: number[];
            };
            /** @description Classes by training images: many over 100, medium 20 to 100, few under 20 (Liu et al. 2019, https://arxiv.org/abs/1904.05160). */
            shots: {
                many: {
                    /** @description That have images in the split. */
                    classes: number;
                    images: number;
                    accuracy: number | null;
                    interval: number[] | null;
                };
                medium: {
                    /** @description That have images in the split. */
                    classes: number;
                    images: number;
                    accuracy: number | null;
                    interval: number[] | null;
                };
                few: {
                    /** @description That have images in the split. */
                    classes: number;
                    images: number;
                    accuracy: number | null;
                    interval: number[] | null;
                };
            };
            openSet?: {
                /** @description Calibrated probability under which an image is rejected. */
                threshold: number;
                /** @description Images of known classes. */
                known: number;
                /** @description Images of other classes. */
                unknown: number;
                /** @description Of known images, where a rejected one counts as wrong. */
                accuracy: number;
                /** @description Of known images. */
                rejectedKnown: number;
                rejectedUnknown: number | null;
                fMeasure: number | null;
                auroc: number | null;
                unknownAcceptedAt95?: number | null;
                /** @description Images in 20 bins of confidence of the same width, from 0 to 1. */
                histogram?: {
                    known: number[];
                    unknown: number[];
                };
                /** @description [fraction of unknown images accepted, fraction of known images accepted], at most 60. */
                roc?: number[][];
                /** @description What is wrong with the threshold, where something is. */
                note?: string;
            };
            classes: {
                name: string;
                /** @description In the evaluated split. */
                images: number;
                trainImages: number;
                /** @description Times that training took an image of it. */
                seen?: number;
                /** @description Images of the split that were taken for it. */
                predicted: number;
                precision: number | null;
                recall: number | null;
                recallInterval: number[] | null;
                f1: number | null;
                averagePrecision?: number | null;
                rocAuc?: number | null;
            }[];
            /** @description [true class][predicted class] → images. */
            confusion: number[][];
            /** @description Calibrated. */
            reliability: {
                /** @description Confidence in (low, high]. */
                low: number;
                high: number;
                count: number;
                /** @description Mean of the images in it. */
                confidence: number;
                accuracy: number;
            }[];
            reliabilityUncalibrated: {
                /** @description Confidence in (low, high]. */
                low: number;
                high: number;
                count: number;
                /** @description Mean of the images in it. */
                confidence: number;
                accuracy: number;
            }[];
            /** @description The mistakes that the model was most confident of. */
            worst: {
                file: string;
                /** @description Place in the split. */
                index: number;
                label: string;
                predicted: string;
                confidence: number;
            }[];
            /** @description The pairs of classes that were mistaken most often. */
            confused: {
                label: string;
                predicted: string;
                images: number;
                /** @description The most confident of them. */
                examples: {
                    file: string;
                    /** @description Place in the split. */
                    index: number;
                    label: string;
                    predicted: string;
                    confidence: number;
                }[];
            }[];
            /** @description Where answers were averaged over several views of each image; every number of the report is so. */
            testTimeAugmentation?: {
                name: string;
                /** @description Of each image. */
                views: number;
                /** @description What was averaged over them: probabilities or logits. */
                average: string;
                /** @description Top-1 of one view of each image. */
                accuracyWithout: number;
            };
            /** @description Error under corruptions, where it was asked for (Hendrycks and Dietterich 2019, https://arxiv.org/abs/1903.12261). */
            robustness?: {
                /** @description Images that were corrupted, spread evenly over the split. */
                images: number;
                /** @description Names the random streams of the corruptions. */
                seed: number;
                /** @description Error on the same images as they are. */
                cleanError: number;
                /** @description Mean corruption error, over corruptions and severities; not divided by another model’s. */
                meanError: number;
                corruptions: {
                    name: string;
                    /** @description noise, blur, weather or digital. */
                    kind: string;
                    /** @description Mean over its severities. */
                    error: number;
                    severities: {
                        severity: number;
                        /** @description Fraction of wrong predictions. */
                        error: number;
                    }[];
                }[];
            };
            /** @description Time that training took. */
            seconds: number;
            /** @description Where training ended before its budget, by `earlyStopping`. */
            stoppedEarly?: {
                metric: string;
                /** @description min or max: whether less or more is better. */
                mode: string;
                /** @description Epochs with no improvement. */
                patience: number;
                minDelta: number;
                /** @description The last step of training. */
                step: number;
                epoch: number;
                /** @description The best value of the metric. */
                best: number;
                bestStep: number;
            };
            /** @description What training took, and what the model takes. */
            cost?: {
                /** @description Of training. */
                seconds: number;
                /** @description In training: median of its metrics. */
                imagesPerSecond?: number;
                /** @description With images loaded from the data set. */
                evaluationImagesPerSecond?: number;
                /** @description Of the forward pass alone, on the device that trained. */
                latency?: {
                    batch: number;
                    runs: number;
                    medianMs: number;
                    p90Ms: number;
                };
                parameters?: number;
                checkpointBytes?: number;
                device?: string;
                threads?: number;
            };
            /** @description Where the model comes from. */
            provenance?: {
                /** @description When the report was made, ISO 8601. */
                createdAt: string;
                /** @description Of Anneal. */
                version: string;
                node: string;
                /** @description Operating system and processor architecture. */
                platform: string;
                cpu?: string;
                engine?: string;
                device?: string;
                threads?: number;
                precision?: string;
                seed: number;
                specHash?: string;
                job?: {
                    id: string;
                    name: string;
                    url?: string;
                    attempt?: number;
                };
                dataset?: {
                    id?: string;
                    name: string;
                    version?: number;
                };
                /** @description Checkpoints that it starts from, or learns from. */
                parents?: string[];
                /** @description The weights that it started from. */
                pretrained?: {
                    name: string;
                    sha256: string;
                    licence?: string;
                };
            };
        };
        RetentionCandidate: {
            id: string;
            type: "job" | "checkpoint";
            job: string;
            /** @description Of the job. */
            name: string;
            /** @description Checkpoints and artifacts. */
            sizeBytes: number;
        };
        /**
         * @example {
         *       "checkpoints": {
         *         "olderThanDays": 30,
         *         "keep": [
         *           "best"
         *         ]
         *       },
         *       "jobs": {
         *         "olderThanDays": 90,
         *         "states": [
         *           "failed",
         *           "canceled"
         *         ],
         *         "keepNewest": 20
         *       },
         *       "keepTags": [
         *         "keep"
         *       ]
         *     }
         */
        RetentionPolicy: {
            checkpoints: {
                /** @description Days since the job has ended. */
                olderThanDays: number;
                /**
                 * @description The kinds of which the newest one is kept; all others go.
                 * @default [
                 *       "best",
                 *       "last"
                 *     ]
                 */
                keep: ("best" | "last" | "averaged")[];
            } | null;
            jobs: {
                /** @description Days since the job has ended. */
                olderThanDays: number;
                /**
                 * @default [
                 *       "failed",
                 *       "canceled"
                 *     ]
                 */
                states: ("succeeded" | "stopped" | "failed" | "canceled")[];
                /**
                 * @description So many of them stay in any case, those that ended last.
                 * @default 0
                 */
                keepNewest: number;
            } | null;
            /** @description Jobs with one of these tags are kept, and so are their checkpoints. */
            keepTags: string[];
        };
        SavedPolicy: {
            /** @description What `auto-augment` takes as its `policy`. */
            name: string;
            job: string | null;
            search: {
                /** @description density-matching or rand-augment. */
                method: string;
                baseline: number | null;
                found: number | null;
            } | null;
            /** Format: date-time */
            createdAt: string;
            /** @description List of sub-policies, each a list of operations; or the two numbers of rand-augment. */
            policy: {
                /** @description Name of the operation. */
                op: "Identity" | "ShearX" | "ShearY" | "TranslateX" | "TranslateY" | "Rotate" | "Brightness" | "Color" | "Contrast" | "Sharpness" | "Posterize" | "Solarize" | "AutoContrast" | "Equalize" | "Invert";
                /** @description Probability of applying it. */
                probability: number;
                /** @description Magnitude on the paper’s scale of 10 bins from 0, which stand for ranges of the operation’s own; numbers between two are allowed. 0 when left out; without meaning for Identity, AutoContrast, Equalize and Invert. */
                magnitude?: number;
            }[][] | {
                /** @description Operations per image. */
                numOps: number;
                /** @description Magnitude of every operation, on a scale of 31 bins from 0; numbers between two are allowed. */
                magnitude: number;
            };
        };
        SessionInfo: {
            person: {
                id: string;
                email: string | null;
                name: string | null;
            } | null;
            key: {
                id: string;
                name: string;
                /** @description What the session may do. */
                scopes: ("read" | "write" | "admin")[];
                expiresAt: string | null;
            } | null;
            /** @description The header X-Anneal-Team selects one of several. */
            teams: {
                id: string;
                name: string;
                role: ("owner" | "member" | "viewer") | null;
                /** @description What the session may do in this team. */
                scopes: ("read" | "write" | "admin")[];
                suspended: boolean;
            }[];
            /** @description To be sent as X-CSRF-Token with every call that changes something. */
            csrfToken: string;
            /** Format: date-time */
            expiresAt: string;
        };
        Share: {
            team: string;
            sharedBy: {
                kind: string;
                id: string;
                /** @description Email of a person, name of a key. */
                name: string;
            };
            /** Format: date-time */
            createdAt: string;
        };
        SpecDiff: {
            /** @description The job that it is compared with. */
            from: string;
            differences: {
                pointer: string;
                /** @description Absent where that job does not have the field. */
                from?: unknown;
                /** @description Absent where this job does not have it. */
                to?: unknown;
            }[];
        };
        StorageRow: {
            id: string | null;
            name: string | null;
            /** @description Versions, uploads, checkpoints, artifacts, results of predictions and logs. */
            items: number;
            sizeBytes: number;
            /** @description Of these, what is in the trash. */
            trashBytes: number;
        };
        Suggestion: {
            /** @description From 1: label errors first, the most probable ones first. */
            number: number;
            /** @description label: the given class is probably wrong; outlier: the image is unlike the training images, whatever its class. */
            kind: "label" | "outlier";
            split: "train" | "val" | "test";
            /** @description Place in the split, from 0. */
            index: number;
            /** @description Place in the data set, over train, val and test, from 0. */
            item: number;
            /** @description Name in the upload. */
            file: string;
            /** @description The given class. */
            label: string;
            suggested: string | null;
            /** @description Calibrated probability of the given class. */
            probability: number;
            suggestedProbability: number | null;
            /** @description Larger is more probable. label: 1 less the probability of the given class; outlier: the mean cosine distance to the nearest training images. */
            score: number;
            /** @description A sentence. */
            reason: string;
        };
        Sweep: {
            id: string;
            name: string;
            dataset: string;
            datasetVersion: number;
            /**
             * @description grid: every combination; random: points drawn at random; asha: random points by asynchronous successive halving; range-test: one trial, the learning-rate range test; policy-search: one trial, a search for an augmentation policy, which is then saved for the team.
             * @enum {string}
             */
            kind: "grid" | "random" | "asha" | "range-test" | "policy-search";
            /** @enum {string} */
            state: "running" | "succeeded" | "failed" | "canceled";
            objective: {
                /** @enum {string} */
                metric: "val/accuracy" | "val/loss" | "train/accuracy" | "train/loss" | "averaged/accuracy" | "averaged/loss";
                /** @enum {string} */
                mode: "max" | "min";
            };
            counts: {
                trials: number;
                ended: number;
            };
            best: {
                number: number;
                job: string;
                value: number;
            } | null;
            reason: components["schemas"]["Reason"] | null;
            /** Format: date-time */
            createdAt: string;
            endedAt: string | null;
            /** @description What every trial starts from. */
            spec: unknown;
            space: unknown | null;
            /** @description Shares of the budget at which trials are compared, the last one 1. */
            rungs: number[];
            trials: components["schemas"]["SweepTrial"][];
            /** @description Of a range test its points and the suggestion, of a policy search the policy and what was tried; null before, and of other kinds. */
            result: unknown;
        };
        /**
         * @example {
         *       "name": "learning rates",
         *       "dataset": "ds_4t7q9",
         *       "kind": "grid",
         *       "space": {
         *         "/schedule/learningRate": {
         *           "values": [
         *             0.01,
         *             0.03,
         *             0.1
         *           ]
         *         }
         *       },
         *       "spec": {
         *         "budget": {
         *           "epochs": 5
         *         }
         *       },
         *       "objective": {
         *         "metric": "val/accuracy"
         *       },
         *       "priority": 0,
         *       "seed": 0
         *     }
         */
        SweepRequest: {
            /**
             * @description What people call the sweep.
             * @default
             */
            name?: string;
            /** @description Id of a data set. */
            dataset: string;
            /**
             * @description The JobSpec that every trial starts from, without `dataset`.
             * @default {}
             */
            spec?: {
                [key: string]: unknown;
            };
            /**
             * @description grid: every combination; random: points drawn at random; asha: random points by asynchronous successive halving; range-test: one trial, the learning-rate range test; policy-search: one trial, a search for an augmentation policy, which is then saved for the team.
             * @enum {string}
             */
            kind: "grid" | "random" | "asha" | "range-test" | "policy-search";
            /** @description Search space, by JSON pointer into the spec, e.g. {"/schedule/learningRate": {"min": 0.01, "max": 1, "scale": "log"}}. */
            space?: {
                [key: string]: {
                    /** @description List of values, of any type. */
                    values?: unknown[];
                    /** @description Lowest value of a range. */
                    min?: number;
                    /** @description Highest value of a range. */
                    max?: number;
                    /** @description Whether a range is sampled uniformly in the value (the default) or in its logarithm. */
                    scale?: "linear" | "log";
                    /** @description Whether a range has integers only. */
                    integer?: boolean;
                    /** @description Number of values of a range in a grid, ends included. */
                    points?: number;
                };
            };
            /** @description Points that random and asha draw; 20. */
            trials?: number;
            /**
             * @description What is compared: the best value of a metric so far; accuracies are maximised, losses minimised.
             * @default {}
             */
            objective?: {
                /**
                 * @default val/accuracy
                 * @enum {string}
                 */
                metric?: "val/accuracy" | "val/loss" | "train/accuracy" | "train/loss" | "averaged/accuracy" | "averaged/loss";
                /** @enum {string} */
                mode?: "max" | "min";
            };
            /**
             * @description Of its jobs, among those of the team; the highest first.
             * @default 0
             */
            priority?: number;
            /** @description What it needs of a worker; no part of the hash of its spec. */
            resources?: {
                /**
                 * @description auto: whatever the worker has.
                 * @enum {string}
                 */
                device?: "auto" | "cpu" | "gpu";
                /** @description How many devices, of one worker or, where none has as many, of several; they share every batch, which has to divide evenly. */
                devices?: number;
                /** @description Whether it may run on fewer devices, at least one, while no worker has as many, nor several together. */
                elastic?: boolean;
                /** @description Whether its devices send one another gradients as bfloat16: half as many bytes, for a network that is slower than they are. Weights stay float32. */
                compressGradients?: boolean;
                /** @description Of each device at least: bytes, or text such as "8GiB". Of a CPU, the memory of its machine. */
                memory?: number | string;
                /** @description That the worker has, all of them. */
                labels?: string[];
                /** @description The pool whose workers run it, and those that take over from it; `default` without. */
                pool?: string;
            };
            asha?: {
                /**
                 * @description One trial in `eta` is promoted from a rung.
                 * @default 3
                 */
                eta?: number;
                /**
                 * @description Smallest fraction of the budget of the first rung; rungs are shares of 1/eta, 1/eta², ... of it.
                 * @default 0.1
                 */
                minimum?: number;
            };
            /** @description Options of the learning-rate range test. */
            rangeTest?: {
                /**
                 * @description First learning rate.
                 * @default 0.00001
                 */
                minimum?: number;
                /**
                 * @description Last learning rate.
                 * @default 10
                 */
                maximum?: number;
                /**
                 * @description exponential: the rate is multiplied every step; linear: it rises by the same amount.
                 * @default exponential
                 */
                ramp?: "exponential" | "linear";
                /**
                 * @description Optimiser steps of the ramp.
                 * @default 200
                 */
                steps?: number;
                /**
                 * @description Weight of the past in the moving average of the loss.
                 * @default 0.9
                 */
                smoothing?: number;
                /**
                 * @description The test ends when the smoothed loss exceeds its minimum by this factor.
                 * @default 4
                 */
                divergence?: number;
            };
            /** @description Options of a search for an augmentation policy. */
            policySearch?: {
                /** @description Name under which the policy is saved for the team; `auto-augment` takes it as its `policy`. */
                saveAs: string;
                /**
                 * @description density-matching: train one net per held-out fold and keep the sub-policies with the lowest held-out loss (Fast AutoAugment); rand-augment: train one net per point of a grid of operation counts and magnitudes.
                 * @default density-matching
                 */
                method?: "density-matching" | "rand-augment";
                /**
                 * @description Fraction of the spec’s budget that each net is trained for.
                 * @default 0.25
                 */
                share?: number;
                /**
                 * @description Folds of the training images. density-matching holds out each in turn; rand-augment holds out one.
                 * @default 3
                 */
                folds?: number;
                /**
                 * @description Maximum number of held-out images per fold.
                 * @default 1000
                 */
                images?: number;
                /**
                 * @description Sub-policies tried per fold.
                 * @default 200
                 */
                trials?: number;
                /**
                 * @description How many of them are drawn uniformly, at the start.
                 * @default 30
                 */
                startTrials?: number;
                /**
                 * @description Operations per sub-policy.
                 * @default 2
                 */
                operations?: number;
                /**
                 * @description Best sub-policies kept per fold.
                 * @default 10
                 */
                keep?: number;
                /**
                 * @description Operation counts that rand-augment tries.
                 * @default [
                 *       1,
                 *       2
                 *     ]
                 */
                numOps?: number[];
                /**
                 * @description Magnitudes that rand-augment tries with each.
                 * @default [
                 *       5,
                 *       9,
                 *       13
                 *     ]
                 */
                magnitudes?: number[];
                /**
                 * @description Time limit; the search ends with the best found so far.
                 * @default 120
                 */
                minutes?: number;
            };
            /**
             * @description Of the points that are drawn.
             * @default 0
             */
            seed?: number;
        };
        SweepSummary: {
            id: string;
            name: string;
            dataset: string;
            datasetVersion: number;
            /**
             * @description grid: every combination; random: points drawn at random; asha: random points by asynchronous successive halving; range-test: one trial, the learning-rate range test; policy-search: one trial, a search for an augmentation policy, which is then saved for the team.
             * @enum {string}
             */
            kind: "grid" | "random" | "asha" | "range-test" | "policy-search";
            /** @enum {string} */
            state: "running" | "succeeded" | "failed" | "canceled";
            objective: {
                /** @enum {string} */
                metric: "val/accuracy" | "val/loss" | "train/accuracy" | "train/loss" | "averaged/accuracy" | "averaged/loss";
                /** @enum {string} */
                mode: "max" | "min";
            };
            counts: {
                trials: number;
                ended: number;
            };
            best: {
                number: number;
                job: string;
                value: number;
            } | null;
            reason: components["schemas"]["Reason"] | null;
            /** Format: date-time */
            createdAt: string;
            endedAt: string | null;
        };
        SweepTrial: {
            number: number;
            job: string;
            /** @enum {string} */
            state: "queued" | "starting" | "running" | "finalizing" | "pausing" | "paused" | "stopping" | "stopped" | "succeeded" | "failed" | "canceled";
            /** @description Values by pointer. */
            parameters: unknown;
            /** @description The rung that it trains to, or has ended on. */
            rung: number;
            /** @description Fraction of the budget that is done. */
            done: number;
            value: number | null;
            accuracy: number | null;
            reason: components["schemas"]["Reason"] | null;
        };
        /**
         * @example {
         *       "id": "team_8f3k2",
         *       "name": "Botany",
         *       "createdAt": "2026-03-01T09:30:00.000Z"
         *     }
         */
        Team: {
            id: string;
            name: string;
            /** Format: date-time */
            createdAt: string;
        };
        TeamOverview: {
            id: string;
            name: string;
            /** Format: date-time */
            createdAt: string;
            suspendedAt: string | null;
            /** @description Its part of the device time, compared with 1 of other teams. */
            weight: number;
            own: {
                runningJobs?: number;
                queuedJobs?: number;
                deviceHours?: number;
                ingests?: number;
                uploads?: number;
                bytes?: number;
                apiKeys?: number;
                requestsPerMinute?: number;
            };
            limits: components["schemas"]["QuotaState"];
        };
        TeamQuota: {
            /** @description Its part of the device time, compared with 1 of other teams. */
            weight: number;
            own: {
                runningJobs?: number;
                queuedJobs?: number;
                deviceHours?: number;
                ingests?: number;
                uploads?: number;
                bytes?: number;
                apiKeys?: number;
                requestsPerMinute?: number;
            };
            limits: components["schemas"]["QuotaState"];
        };
        /**
         * @example {
         *       "weight": 2,
         *       "limits": {
         *         "runningJobs": 4
         *       }
         *     }
         */
        TeamQuotaChange: {
            weight?: number;
            limits?: {
                runningJobs?: number | null;
                queuedJobs?: number | null;
                deviceHours?: number | null;
                ingests?: number | null;
                uploads?: number | null;
                bytes?: number | null;
                apiKeys?: number | null;
                requestsPerMinute?: number | null;
            };
        };
        /**
         * @example {
         *       "from": "queued",
         *       "to": "starting",
         *       "reason": null,
         *       "at": "2026-03-01T09:30:00.000Z"
         *     }
         */
        Transition: {
            from: string | null;
            to: string;
            reason: components["schemas"]["Reason"] | null;
            /** Format: date-time */
            at: string;
        };
        TrashEntry: {
            /** @description Of what was deleted; of an artifact JOB:KIND, of a version of a data set DATASET@NUMBER. */
            id: string;
            /** @enum {string} */
            type: "job" | "sweep" | "checkpoint" | "artifact" | "dataset" | "datasetVersion" | "team";
            name: string;
            /** @description What it occupies until it is purged. */
            sizeBytes: number;
            /** Format: date-time */
            deletedAt: string;
            /**
             * Format: date-time
             * @description From then on it is removed for good.
             */
            purgeAt: string;
        };
        /**
         * @example {
         *       "id": "up_6c4v",
         *       "sizeBytes": 48211904,
         *       "offset": 8388608,
         *       "metadata": {
         *         "filename": "flowers.zip"
         *       },
         *       "dataset": null,
         *       "expiresAt": "2026-03-02T09:30:00.000Z"
         *     }
         */
        Upload: {
            id: string;
            sizeBytes: number | null;
            /** @description Bytes that have come. */
            offset: number;
            metadata: {
                [key: string]: string | null;
            } | null;
            dataset: string | null;
            /**
             * Format: date-time
             * @description When it is removed, unless more comes before.
             */
            expiresAt: string;
        };
        UsageRow: {
            day: string | null;
            job: string | null;
            person: string | null;
            key: string | null;
            deviceKind: string | null;
            /** @description How many jobs it is of. */
            jobs: number;
            /** @description Time on devices, times the devices of a job. */
            deviceSeconds: number;
        };
        /**
         * @example {
         *       "base": 1,
         *       "remove": [
         *         {
         *           "item": 12
         *         },
         *         {
         *           "file": "rose/dup.jpg"
         *         }
         *       ]
         *     }
         */
        VersionRequest: {
            /** @description The version that it is made of, by default the newest that is ready. Required where images are named by number. */
            base?: number;
            /** @description Images to append, as for a new data set. */
            append?: {
                /** @description Id of a resumable upload that is whole: an archive. */
                upload?: string;
                /** @description https:// address of an archive, s3://bucket/key of one, or s3://bucket/prefix/ of files; a worker fetches it. */
                import?: string;
                /**
                 * @description Where images go that are in no split folder and for which no table gives a split; draw: a tenth of each class to test, another to val, the others to train.
                 * @default train
                 * @enum {string}
                 */
                split?: "train" | "val" | "test" | "draw";
            };
            /** @description Images to leave out. */
            remove?: {
                /** @description Number of an image among the items of `base`. */
                item?: number;
                /** @description Path of an image in its upload. */
                file?: string;
                /** @description All images of a class. */
                class?: string;
                /**
                 * @description All images of a split.
                 * @enum {string}
                 */
                split?: "train" | "val" | "test";
            }[];
            /** @description Images that get another class, `to`, which may be a new one. */
            relabel?: {
                /** @description Number of an image among the items of `base`. */
                item?: number;
                /** @description Path of an image in its upload. */
                file?: string;
                /** @description All images of a class. */
                class?: string;
                /**
                 * @description All images of a split.
                 * @enum {string}
                 */
                split?: "train" | "val" | "test";
                to: string;
            }[];
            /** @description Images that go to another split, `to`. */
            move?: {
                /** @description Number of an image among the items of `base`. */
                item?: number;
                /** @description Path of an image in its upload. */
                file?: string;
                /** @description All images of a class. */
                class?: string;
                /**
                 * @description All images of a split.
                 * @enum {string}
                 */
                split?: "train" | "val" | "test";
                /** @enum {string} */
                to: "train" | "val" | "test";
            }[];
        };
        /**
         * @example {
         *       "url": "https://example.org/hooks/anneal",
         *       "description": "Chat",
         *       "format": "standard",
         *       "id": "hook_8d2",
         *       "events": [
         *         "job.succeeded",
         *         "job.failed"
         *       ],
         *       "enabled": true,
         *       "disabledReason": null,
         *       "failingSince": null,
         *       "previousSecretUntil": null,
         *       "createdAt": "2026-03-01T09:30:00.000Z"
         *     }
         */
        Webhook: {
            id: string;
            url: string;
            description: string;
            /** @description `standard`: JSON by the Standard Webhooks specification. `slack`: a text, for incoming webhooks of Slack and those like them. */
            format: "standard" | "slack";
            /** @description Types of events that are sent; all where it is empty. */
            events: ("job.started" | "job.paused" | "job.requeued" | "job.succeeded" | "job.stopped" | "job.failed" | "job.canceled" | "dataset.ready" | "dataset.failed" | "sweep.succeeded" | "sweep.failed" | "sweep.canceled")[];
            enabled: boolean;
            disabledReason: string | null;
            failingSince: string | null;
            previousSecretUntil: string | null;
            /** Format: date-time */
            createdAt: string;
        };
        /**
         * @example {
         *       "enabled": true
         *     }
         */
        WebhookChanges: {
            url?: string;
            description?: string;
            /** @description `standard`: JSON by the Standard Webhooks specification. `slack`: a text, for incoming webhooks of Slack and those like them. */
            format?: "standard" | "slack";
            /** @description Types of events that are sent; all where it is empty. */
            events?: ("job.started" | "job.paused" | "job.requeued" | "job.succeeded" | "job.stopped" | "job.failed" | "job.canceled" | "dataset.ready" | "dataset.failed" | "sweep.succeeded" | "sweep.failed" | "sweep.canceled")[];
            enabled?: boolean;
        };
        WebhookDelivery: {
            /** @description Sent as `webhook-id`, the same with each try. */
            id: string;
            webhook: string;
            type: string;
            /** @description What is sent, in the format `standard`. */
            payload: unknown;
            /** @enum {string} */
            state: "pending" | "delivered" | "failed";
            attempts: number;
            nextAt: string | null;
            status: number | null;
            durationMs: number | null;
            answer: string | null;
            error: string | null;
            tries: {
                /** Format: date-time */
                at: string;
                status: number | null;
                durationMs: number;
                error: string | null;
            }[];
            /** Format: date-time */
            createdAt: string;
            endedAt: string | null;
        };
        WebhookWithSecret: {
            id: string;
            url: string;
            description: string;
            /** @description `standard`: JSON by the Standard Webhooks specification. `slack`: a text, for incoming webhooks of Slack and those like them. */
            format: "standard" | "slack";
            /** @description Types of events that are sent; all where it is empty. */
            events: ("job.started" | "job.paused" | "job.requeued" | "job.succeeded" | "job.stopped" | "job.failed" | "job.canceled" | "dataset.ready" | "dataset.failed" | "sweep.succeeded" | "sweep.failed" | "sweep.canceled")[];
            enabled: boolean;
            disabledReason: string | null;
            failingSince: string | null;
            previousSecretUntil: string | null;
            /** Format: date-time */
            createdAt: string;
            /** @description Shown once: what signatures are checked with. */
            secret: string;
        };
        Worker: {
            id: string;
            /** @description Host and process, as attempts of jobs name it. */
            name: string;
            host: string;
            version: string;
            devices: {
                name: string;
                /** @enum {string} */
                kind: "cpu" | "gpu";
                memoryBytes: number | null;
            }[];
            labels: string[];
            /** @description That it serves, in order of preference; the first is its own. */
            pools: string[];
            /** @description Kinds of work that it does. */
            lanes: ("jobs" | "ingests" | "imports" | "predictions")[];
            /** @description Its devices, each of which is of one job at a time. */
            slots: number;
            address: string | null;
            /** @description Devices that no job has. */
            freeSlots: number;
            /** @description That it runs. */
            jobs: string[];
            /** @description The same jobs, with whose they are. */
            work: {
                id: string;
                name: string;
                team: {
                    id: string;
                    name: string;
                };
                /** @enum {string} */
                state: "queued" | "starting" | "running" | "finalizing" | "pausing" | "paused" | "stopping" | "stopped" | "succeeded" | "failed" | "canceled";
                claimedAt: string | null;
            }[];
            /**
             * @description cordoned: it claims nothing new; draining: it ends when its work has ended.
             * @enum {string}
             */
            state: "active" | "cordoned" | "draining";
            /** @description Whether it has renewed its registration of late. */
            alive: boolean;
            /** Format: date-time */
            registeredAt: string;
            /** Format: date-time */
            heartbeatAt: string;
        };
        /** @description One augmentation. */
        AugmentationSpec: ("horizontal-flip" | "vertical-flip" | "random-crop" | "random-resized-crop" | "auto-augment" | "rand-augment" | "trivial-augment" | "aug-mix" | "cutout" | "random-erasing" | "gaussian-blur" | "average-blur" | "median-blur" | "motion-blur" | "sharpen" | "emboss" | "gaussian-noise" | "shot-noise" | "salt-and-pepper" | "impulse-noise" | "dropout-pixels" | "coarse-dropout" | "contrast" | "gamma" | "clahe" | "hue-saturation" | "color-jitter" | "grayscale" | "crop-pad" | "affine" | "perspective" | "elastic" | "jpeg" | "fog" | "snow" | "rain" | "one-of" | "some-of") | {
            /** @enum {string} */
            name: "horizontal-flip";
            /**
             * @description Probability of flipping an image.
             * @default 0.5
             */
            probability?: number;
        } | {
            /** @enum {string} */
            name: "vertical-flip";
            /**
             * @description Probability of flipping an image.
             * @default 0.5
             */
            probability?: number;
        } | {
            /** @enum {string} */
            name: "random-crop";
            /**
             * @description Padding on each side before the crop, pixels.
             * @default 4
             */
            padding?: number;
            /**
             * @description Value of the padding.
             * @default 0
             */
            fill?: number;
        } | {
            /** @enum {string} */
            name: "random-resized-crop";
            /**
             * @description Minimum area of a crop, as a fraction of the image.
             * @default 0.08
             */
            minimumArea?: number;
            /**
             * @description Maximum aspect ratio of a crop, either way.
             * @default 1.3333333333333333
             */
            maximumRatio?: number;
        } | {
            /** @enum {string} */
            name: "auto-augment";
            /**
             * @description Policy learned on imagenet, cifar10 or svhn; the name of a saved policy; {"file": ...} with the command; or a policy in full.
             * @default imagenet
             */
            policy?: "imagenet" | "cifar10" | "svhn" | string | {
                file: string;
            } | {
                /** @description Name of the operation. */
                op: "Identity" | "ShearX" | "ShearY" | "TranslateX" | "TranslateY" | "Rotate" | "Brightness" | "Color" | "Contrast" | "Sharpness" | "Posterize" | "Solarize" | "AutoContrast" | "Equalize" | "Invert";
                /** @description Probability of applying it. */
                probability: number;
                /** @description Magnitude on the paper’s scale of 10 bins from 0, which stand for ranges of the operation’s own; numbers between two are allowed. 0 when left out; without meaning for Identity, AutoContrast, Equalize and Invert. */
                magnitude?: number;
            }[][] | {
                /** @description Operations per image. */
                numOps: number;
                /** @description Magnitude of every operation, on a scale of 31 bins from 0; numbers between two are allowed. */
                magnitude: number;
            };
            /**
             * @description Interpolation.
             * @default nearest
             */
            interpolation?: "nearest" | "bilinear";
            /**
             * @description Fill value outside the image.
             * @default 0
             */
            fill?: number;
        } | {
            /** @enum {string} */
            name: "rand-augment";
            /**
             * @description Operations per image.
             * @default 2
             */
            numOps?: number;
            /**
             * @description Magnitude of every operation, on a scale of 31 bins from 0; numbers between two are allowed.
             * @default 9
             */
            magnitude?: number;
            /**
             * @description Interpolation.
             * @default nearest
             */
            interpolation?: "nearest" | "bilinear";
            /**
             * @description Fill value outside the image.
             * @default 0
             */
            fill?: number;
        } | {
            /** @enum {string} */
            name: "trivial-augment";
            /**
             * @description Interpolation.
             * @default nearest
             */
            interpolation?: "nearest" | "bilinear";
            /**
             * @description Fill value outside the image.
             * @default 0
             */
            fill?: number;
        } | {
            /** @enum {string} */
            name: "aug-mix";
            /**
             * @description Severity: how many of the ten magnitudes, from the weakest, are drawn from.
             * @default 3
             */
            severity?: number;
            /**
             * @description Number of augmentation chains to mix.
             * @default 3
             */
            width?: number;
            /**
             * @description Operations per chain; −1: drawn per chain from 1 to 3.
             * @default -1
             */
            depth?: -1 | number;
            /**
             * @description Chain weights ~ Dirichlet(α, …, α); weight of the original image ~ Beta(α, α).
             * @default 1
             */
            alpha?: number;
            /**
             * @description Also brightness, color, contrast and sharpness, which the paper leaves out because ImageNet-C has them.
             * @default false
             */
            allOps?: boolean;
            /**
             * @description Interpolation.
             * @default bilinear
             */
            interpolation?: "nearest" | "bilinear";
            /**
             * @description Fill value outside the image.
             * @default 0
             */
            fill?: number;
        } | {
            /** @enum {string} */
            name: "cutout";
            /**
             * @description Side of a square, pixels.
             * @default 16
             */
            side?: number;
            /**
             * @description Squares per image.
             * @default 1
             */
            count?: number;
            /**
             * @description zeros: black; mean: the mean colour of the image.
             * @default zeros
             */
            fill?: "zeros" | "mean";
        } | {
            /** @enum {string} */
            name: "random-erasing";
            /**
             * @description Probability of erasing a rectangle.
             * @default 0.5
             */
            probability?: number;
            /**
             * @description One end of the range of the rectangle’s share of the area.
             * @default 0.02
             */
            minimumArea?: number;
            /**
             * @description The other end.
             * @default 0.33
             */
            maximumArea?: number;
            /**
             * @description One end of the range of the rectangle’s height to width.
             * @default 0.3
             */
            minimumRatio?: number;
            /**
             * @description The other end.
             * @default 3.3
             */
            maximumRatio?: number;
            /**
             * @description noise: uniform random values; mean: the mean colour of the image; or a constant.
             * @default noise
             */
            fill?: "noise" | "mean" | number;
        } | {
            /** @enum {string} */
            name: "gaussian-blur";
            /**
             * @description Probability of applying it.
             * @default 0.5
             */
            probability?: number;
            /**
             * @description Standard deviation, pixels.
             * @default [
             *       0.1,
             *       2
             *     ]
             */
            sigma?: number[];
        } | {
            /** @enum {string} */
            name: "average-blur";
            /**
             * @description Probability of applying it.
             * @default 0.5
             */
            probability?: number;
            /**
             * @description Radius of the box, pixels; fractional pixels are weighted.
             * @default [
             *       0.5,
             *       2
             *     ]
             */
            radius?: number[];
        } | {
            /** @enum {string} */
            name: "median-blur";
            /**
             * @description Probability of applying it.
             * @default 0.5
             */
            probability?: number;
            /**
             * @description Radius, pixels; 1 is a 3 × 3 window.
             * @default [
             *       1,
             *       2
             *     ]
             */
            radius?: number[];
        } | {
            /** @enum {string} */
            name: "motion-blur";
            /**
             * @description Probability of applying it.
             * @default 0.5
             */
            probability?: number;
            /**
             * @description Length of the motion, pixels; 1: none.
             * @default [
             *       3,
             *       9
             *     ]
             */
            length?: number[];
            /**
             * @description Direction, degrees clockwise from the x axis.
             * @default [
             *       0,
             *       360
             *     ]
             */
            angle?: number[];
        } | {
            /** @enum {string} */
            name: "sharpen";
            /**
             * @description Probability of applying it.
             * @default 0.5
             */
            probability?: number;
            /**
             * @description Standard deviation of the blur, pixels.
             * @default [
             *       0.5,
             *       2
             *     ]
             */
            sigma?: number[];
            /**
             * @description Strength, percent.
             * @default [
             *       50,
             *       150
             *     ]
             */
            percent?: number[];
            /**
             * @description Threshold below which differences are left unchanged, in levels of 255.
             * @default 3
             */
            threshold?: number;
        } | {
            /** @enum {string} */
            name: "emboss";
            /**
             * @description Probability of applying it.
             * @default 0.5
             */
            probability?: number;
            /**
             * @description Blend of the relief over the image.
             * @default [
             *       0.2,
             *       0.7
             *     ]
             */
            alpha?: number[];
            /**
             * @description Height of the relief.
             * @default [
             *       0.2,
             *       0.7
             *     ]
             */
            strength?: number[];
        } | {
            /** @enum {string} */
            name: "gaussian-noise";
            /**
             * @description Probability of applying it.
             * @default 0.5
             */
            probability?: number;
            /**
             * @description Standard deviation, in levels of 255.
             * @default [
             *       0,
             *       12
             *     ]
             */
            sigma?: number[];
            /**
             * @description Fraction of the affected images in which each channel is sampled independently.
             * @default 1
             */
            perChannel?: number;
        } | {
            /** @enum {string} */
            name: "shot-noise";
            /**
             * @description Probability of applying it.
             * @default 0.5
             */
            probability?: number;
            /**
             * @description Photons per white pixel; fewer means more noise.
             * @default [
             *       60,
             *       600
             *     ]
             */
            photons?: number[];
            /**
             * @description Fraction of the affected images in which each channel is sampled independently.
             * @default 1
             */
            perChannel?: number;
        } | {
            /** @enum {string} */
            name: "salt-and-pepper";
            /**
             * @description Probability of applying it.
             * @default 0.5
             */
            probability?: number;
            /**
             * @description Fraction of pixels that are replaced.
             * @default [
             *       0,
             *       0.06
             *     ]
             */
            share?: number[];
            /**
             * @description Fraction of white among the replaced pixels.
             * @default 0.5
             */
            salt?: number;
            /**
             * @description Fraction of the affected images in which each channel is sampled independently.
             * @default 0
             */
            perChannel?: number;
        } | {
            /** @enum {string} */
            name: "impulse-noise";
            /**
             * @description Probability of applying it.
             * @default 0.5
             */
            probability?: number;
            /**
             * @description Fraction of pixels that are replaced.
             * @default [
             *       0,
             *       0.06
             *     ]
             */
            share?: number[];
            /**
             * @description extremes: 0 or 255 with equal probability; any: uniform values.
             * @default extremes
             */
            values?: "extremes" | "any";
        } | {
            /** @enum {string} */
            name: "dropout-pixels";
            /**
             * @description Probability of applying it.
             * @default 0.5
             */
            probability?: number;
            /**
             * @description Fraction of pixels that are dropped.
             * @default [
             *       0,
             *       0.1
             *     ]
             */
            share?: number[];
            /**
             * @description Fraction of the affected images in which each channel is sampled independently.
             * @default 0
             */
            perChannel?: number;
            /**
             * @description Fill value.
             * @default 0
             */
            fill?: number;
        } | {
            /** @enum {string} */
            name: "coarse-dropout";
            /**
             * @description Probability of applying it.
             * @default 0.5
             */
            probability?: number;
            /**
             * @description Fraction of cells that are dropped.
             * @default [
             *       0.02,
             *       0.1
             *     ]
             */
            share?: number[];
            /**
             * @description Side of a cell, as a fraction of the shorter side.
             * @default [
             *       0.05,
             *       0.15
             *     ]
             */
            cell?: number[];
            /**
             * @description Fraction of the affected images in which each channel is sampled independently.
             * @default 0
             */
            perChannel?: number;
            /**
             * @description Fill value.
             * @default 0
             */
            fill?: number;
        } | {
            /** @enum {string} */
            name: "contrast";
            /**
             * @description Probability of applying it.
             * @default 0.5
             */
            probability?: number;
            /**
             * @description Contrast factor; 0: uniform grey, 1: unchanged.
             * @default [
             *       0.6,
             *       1.4
             *     ]
             */
            factor?: number[];
            /**
             * @description Fixed point: the mean brightness of the image, or mid-grey.
             * @default mean
             */
            around?: "mean" | "middle";
        } | {
            /** @enum {string} */
            name: "gamma";
            /**
             * @description Probability of applying it.
             * @default 0.5
             */
            probability?: number;
            /**
             * @description Exponent, log-uniform; below 1 lightens shadows, above 1 darkens them.
             * @default [
             *       0.7,
             *       1.43
             *     ]
             */
            gamma?: number[];
        } | {
            /** @enum {string} */
            name: "clahe";
            /**
             * @description Probability of applying it.
             * @default 0.5
             */
            probability?: number;
            /**
             * @description Clip limit, as a multiple of the uniform histogram count; 1 changes little.
             * @default [
             *       1,
             *       4
             *     ]
             */
            clipLimit?: number[];
            /**
             * @description Tiles per side; each is equalised separately and interpolated with its neighbours.
             * @default [
             *       4,
             *       8
             *     ]
             */
            tiles?: number[];
        } | {
            /** @enum {string} */
            name: "hue-saturation";
            /**
             * @description Probability of applying it.
             * @default 0.5
             */
            probability?: number;
            /**
             * @description Hue shift, as a fraction of the full circle.
             * @default [
             *       -0.05,
             *       0.05
             *     ]
             */
            hue?: number[];
            /**
             * @description Saturation factor in HSV, log-uniform.
             * @default [
             *       0.7,
             *       1.43
             *     ]
             */
            saturation?: number[];
        } | {
            /** @enum {string} */
            name: "color-jitter";
            /**
             * @description Probability of applying it.
             * @default 0.8
             */
            probability?: number;
            /**
             * @description Factor from 1 − this (at least 0) to 1 + this.
             * @default 0.4
             */
            brightness?: number;
            /**
             * @description Factor from 1 − this (at least 0) to 1 + this.
             * @default 0.4
             */
            contrast?: number;
            /**
             * @description Factor from 1 − this (at least 0) to 1 + this.
             * @default 0.4
             */
            saturation?: number;
            /**
             * @description Turn of the hue up to this, either way, of the whole circle.
             * @default 0.1
             */
            hue?: number;
        } | {
            /** @enum {string} */
            name: "grayscale";
            /**
             * @description Probability of applying it.
             * @default 0.1
             */
            probability?: number;
            /**
             * @description Blend of greyscale over colour; 1: greyscale.
             * @default [
             *       1,
             *       1
             *     ]
             */
            alpha?: number[];
        } | {
            /** @enum {string} */
            name: "crop-pad";
            /**
             * @description Probability of applying it.
             * @default 0.5
             */
            probability?: number;
            /**
             * @description Padding of each side (negative: cropping), as a fraction of width or height.
             * @default [
             *       -0.1,
             *       0.1
             *     ]
             */
            amount?: number[];
            /**
             * @description Padding mode: a constant, the edge pixels, or reflection.
             * @default constant
             */
            border?: "constant" | "edge" | "reflect";
            /**
             * @description Constant value.
             * @default 0
             */
            fill?: number;
        } | {
            /** @enum {string} */
            name: "affine";
            /**
             * @description Probability of applying it.
             * @default 0.5
             */
            probability?: number;
            /**
             * @description Clockwise rotation around the centre, degrees.
             * @default [
             *       -15,
             *       15
             *     ]
             */
            rotate?: number[];
            /**
             * @description Scale factor, log-uniform.
             * @default [
             *       0.9,
             *       1.1
             *     ]
             */
            scale?: number[];
            /**
             * @description Shift along x, as a fraction of the side.
             * @default [
             *       -0.1,
             *       0.1
             *     ]
             */
            translateX?: number[];
            /**
             * @description Shift along y, as a fraction of the side.
             * @default [
             *       -0.1,
             *       0.1
             *     ]
             */
            translateY?: number[];
            /**
             * @description Shear along x, degrees.
             * @default [
             *       -8,
             *       8
             *     ]
             */
            shearX?: number[];
            /**
             * @description Shear along y, degrees.
             * @default [
             *       0,
             *       0
             *     ]
             */
            shearY?: number[];
            /**
             * @description Interpolation.
             * @default bilinear
             */
            interpolation?: "nearest" | "bilinear";
            /**
             * @description Fill value outside the image.
             * @default 0
             */
            fill?: number;
        } | {
            /** @enum {string} */
            name: "perspective";
            /**
             * @description Probability of applying it.
             * @default 0.5
             */
            probability?: number;
            /**
             * @description How far each corner moves inwards at most, along each axis, as a fraction of half the side.
             * @default 0.5
             */
            distortion?: number;
            /**
             * @description Interpolation.
             * @default bilinear
             */
            interpolation?: "nearest" | "bilinear";
            /**
             * @description Fill value outside the image.
             * @default 0
             */
            fill?: number;
        } | {
            /** @enum {string} */
            name: "elastic";
            /**
             * @description Probability of applying it.
             * @default 0.5
             */
            probability?: number;
            /**
             * @description RMS displacement along each axis, as a fraction of the shorter side.
             * @default [
             *       0.01,
             *       0.03
             *     ]
             */
            displacement?: number[];
            /**
             * @description Standard deviation σ of the Gaussian that smooths the displacements, as a fraction of the shorter side.
             * @default [
             *       0.05,
             *       0.1
             *     ]
             */
            smoothness?: number[];
            /**
             * @description Interpolation.
             * @default bilinear
             */
            interpolation?: "nearest" | "bilinear";
            /**
             * @description Fill value outside the image.
             * @default 0
             */
            fill?: number;
        } | {
            /** @enum {string} */
            name: "jpeg";
            /**
             * @description Probability of applying it.
             * @default 0.5
             */
            probability?: number;
            /**
             * @description libjpeg quality; 100 is best.
             * @default [
             *       30,
             *       90
             *     ]
             */
            quality?: number[];
        } | {
            /** @enum {string} */
            name: "fog";
            /**
             * @description Probability of applying it.
             * @default 0.2
             */
            probability?: number;
            /**
             * @description Share of the image’s light that the fog swallows where it is of middling density.
             * @default [
             *       0.2,
             *       0.6
             *     ]
             */
            density?: number[];
            /**
             * @description Brightness of the fog, 0 to 255.
             * @default [
             *       200,
             *       255
             *     ]
             */
            light?: number[];
            /**
             * @description Side of the largest clouds, as a fraction of the shorter side.
             * @default [
             *       0.3,
             *       1
             *     ]
             */
            clouds?: number[];
            /**
             * @description Weight of clouds of half the size, relative to the next larger ones.
             * @default 0.5
             */
            roughness?: number;
        } | {
            /** @enum {string} */
            name: "snow";
            /**
             * @description Probability of applying it.
             * @default 0.2
             */
            probability?: number;
            /**
             * @description Number of flakes.
             * @default [
             *       50,
             *       300
             *     ]
             */
            flakes?: number[];
            /**
             * @description Width of the farthest and of the nearest flakes, as a fraction of the shorter side.
             * @default [
             *       0.005,
             *       0.03
             *     ]
             */
            size?: number[];
            /**
             * @description Length of the track of the nearest flakes, as a fraction of the shorter side.
             * @default [
             *       0.01,
             *       0.05
             *     ]
             */
            speed?: number[];
            /**
             * @description Direction of the fall, degrees from vertical; positive: to the left.
             * @default [
             *       -25,
             *       25
             *     ]
             */
            angle?: number[];
            /**
             * @description Share of white that is laid over the image.
             * @default [
             *       0,
             *       0.2
             *     ]
             */
            haze?: number[];
        } | {
            /** @enum {string} */
            name: "rain";
            /**
             * @description Probability of applying it.
             * @default 0.2
             */
            probability?: number;
            /**
             * @description Number of drops.
             * @default [
             *       50,
             *       250
             *     ]
             */
            drops?: number[];
            /**
             * @description Width of the farthest and of the nearest drops, as a fraction of the shorter side.
             * @default [
             *       0.002,
             *       0.008
             *     ]
             */
            width?: number[];
            /**
             * @description Length of the tracks of the farthest and of the nearest drops, as a fraction of the shorter side.
             * @default [
             *       0.04,
             *       0.15
             *     ]
             */
            length?: number[];
            /**
             * @description Direction of the fall, degrees from vertical; positive: to the left.
             * @default [
             *       -25,
             *       25
             *     ]
             */
            angle?: number[];
            /**
             * @description Share of a drop’s light over the image.
             * @default [
             *       0.3,
             *       0.6
             *     ]
             */
            opacity?: number[];
            /**
             * @description Share of the light that clouds take.
             * @default [
             *       0,
             *       0.25
             *     ]
             */
            darkness?: number[];
        } | {
            /** @enum {string} */
            name: "one-of";
            /**
             * @description Probability of applying it.
             * @default 1
             */
            probability?: number;
            /** @description Augmentations, each a name or an object with options: horizontal-flip, vertical-flip, random-crop, random-resized-crop, auto-augment, rand-augment, trivial-augment, cutout, random-erasing, gaussian-blur, average-blur, median-blur, motion-blur, sharpen, emboss, gaussian-noise, shot-noise, salt-and-pepper, impulse-noise, dropout-pixels, coarse-dropout, contrast, gamma, clahe, hue-saturation, color-jitter, grayscale, crop-pad, affine, perspective, elastic, jpeg, fog, snow, rain. */
            of?: ({
                name: string;
            } & {
                [key: string]: unknown;
            })[];
        } | {
            /** @enum {string} */
            name: "some-of";
            /**
             * @description Probability of applying it.
             * @default 1
             */
            probability?: number;
            /** @description Augmentations, each a name or an object with options: horizontal-flip, vertical-flip, random-crop, random-resized-crop, auto-augment, rand-augment, trivial-augment, cutout, random-erasing, gaussian-blur, average-blur, median-blur, motion-blur, sharpen, emboss, gaussian-noise, shot-noise, salt-and-pepper, impulse-noise, dropout-pixels, coarse-dropout, contrast, gamma, clahe, hue-saturation, color-jitter, grayscale, crop-pad, affine, perspective, elastic, jpeg, fog, snow, rain. */
            of?: ({
                name: string;
            } & {
                [key: string]: unknown;
            })[];
            /**
             * @description How many are applied; all if there are fewer.
             * @default [
             *       1,
             *       2
             *     ]
             */
            count?: number[];
            /**
             * @description Apply the chosen ones in random order instead of as listed.
             * @default random
             */
            order?: "random" | "listed";
        };
        StageSpec: {
            /** @description Display name of the job. */
            name?: string;
            /** @description Fraction of the budget; the fractions of all stages sum to 1. */
            share?: number;
            /** @description Side of the input in this stage, pixels. */
            size?: number;
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /** @description keep: the classifier of the previous stage; reset: a new classifier (cRT); scale: freeze everything and learn one factor per class, which is folded into the classifier (LWS; Kang et al. 2020). */
            head?: "keep" | "reset" | "scale";
            /** @description Images per step. */
            batchSize?: number;
            sampling?: components["schemas"]["SamplingSpec"];
            /** @description Augmentations of training images, in order. */
            augment?: components["schemas"]["AugmentationSpec"][];
            mix?: components["schemas"]["MixSpec"];
            loss?: components["schemas"]["LossSpec"];
            optimizer?: components["schemas"]["OptimizerSpec"];
            schedule?: components["schemas"]["ScheduleSpec"];
        };
        /** @description The architecture. */
        ModelSpec: ("resnet20" | "resnet32" | "resnet44" | "resnet56" | "resnet110" | "resnet18" | "resnet34" | "resnet50" | "resnet101" | "resnet152" | "densenet121" | "densenet161" | "densenet169" | "densenet201" | "densenet_bc" | "efficientnet_b0" | "efficientnet_b1" | "efficientnet_b2" | "efficientnet_b3" | "efficientnet_b4" | "efficientnet_b5" | "efficientnet_b6" | "efficientnet_b7" | "inception_v3" | "mobilenet_v2") | {
            /** @enum {string} */
            name?: "resnet20";
            /**
             * @description Channels of the first group of blocks; the others have 2 and 4 times as many.
             * @default 16
             */
            width?: number;
            /**
             * @description Initialise γ of the last batch norm of every block to 0.
             * @default false
             */
            zeroGamma?: boolean;
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "resnet32";
            /**
             * @description Channels of the first group of blocks; the others have 2 and 4 times as many.
             * @default 16
             */
            width?: number;
            /**
             * @description Initialise γ of the last batch norm of every block to 0.
             * @default false
             */
            zeroGamma?: boolean;
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "resnet44";
            /**
             * @description Channels of the first group of blocks; the others have 2 and 4 times as many.
             * @default 16
             */
            width?: number;
            /**
             * @description Initialise γ of the last batch norm of every block to 0.
             * @default false
             */
            zeroGamma?: boolean;
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "resnet56";
            /**
             * @description Channels of the first group of blocks; the others have 2 and 4 times as many.
             * @default 16
             */
            width?: number;
            /**
             * @description Initialise γ of the last batch norm of every block to 0.
             * @default false
             */
            zeroGamma?: boolean;
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "resnet110";
            /**
             * @description Channels of the first group of blocks; the others have 2 and 4 times as many.
             * @default 16
             */
            width?: number;
            /**
             * @description Initialise γ of the last batch norm of every block to 0.
             * @default false
             */
            zeroGamma?: boolean;
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "resnet18";
            /**
             * @description imagenet: 7×7 stride 2 and a max pool; deep (ResNet-C): three 3×3 convolutions and a max pool; small: 3×3 stride 1; auto: small below 64 pixels.
             * @default auto
             */
            stem?: "auto" | "imagenet" | "deep" | "small";
            /**
             * @description Downsampling shortcut: a 1×1 convolution of stride 2, or (ResNet-D) a 2×2 average pool before one of stride 1.
             * @default convolution
             */
            shortcut?: "convolution" | "average-pool";
            /**
             * @description Initialise γ of the last batch norm of every block to 0.
             * @default false
             */
            zeroGamma?: boolean;
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "resnet34";
            /**
             * @description imagenet: 7×7 stride 2 and a max pool; deep (ResNet-C): three 3×3 convolutions and a max pool; small: 3×3 stride 1; auto: small below 64 pixels.
             * @default auto
             */
            stem?: "auto" | "imagenet" | "deep" | "small";
            /**
             * @description Downsampling shortcut: a 1×1 convolution of stride 2, or (ResNet-D) a 2×2 average pool before one of stride 1.
             * @default convolution
             */
            shortcut?: "convolution" | "average-pool";
            /**
             * @description Initialise γ of the last batch norm of every block to 0.
             * @default false
             */
            zeroGamma?: boolean;
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "resnet50";
            /**
             * @description imagenet: 7×7 stride 2 and a max pool; deep (ResNet-C): three 3×3 convolutions and a max pool; small: 3×3 stride 1; auto: small below 64 pixels.
             * @default auto
             */
            stem?: "auto" | "imagenet" | "deep" | "small";
            /**
             * @description Downsampling shortcut: a 1×1 convolution of stride 2, or (ResNet-D) a 2×2 average pool before one of stride 1.
             * @default convolution
             */
            shortcut?: "convolution" | "average-pool";
            /**
             * @description Initialise γ of the last batch norm of every block to 0.
             * @default false
             */
            zeroGamma?: boolean;
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "resnet101";
            /**
             * @description imagenet: 7×7 stride 2 and a max pool; deep (ResNet-C): three 3×3 convolutions and a max pool; small: 3×3 stride 1; auto: small below 64 pixels.
             * @default auto
             */
            stem?: "auto" | "imagenet" | "deep" | "small";
            /**
             * @description Downsampling shortcut: a 1×1 convolution of stride 2, or (ResNet-D) a 2×2 average pool before one of stride 1.
             * @default convolution
             */
            shortcut?: "convolution" | "average-pool";
            /**
             * @description Initialise γ of the last batch norm of every block to 0.
             * @default false
             */
            zeroGamma?: boolean;
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "resnet152";
            /**
             * @description imagenet: 7×7 stride 2 and a max pool; deep (ResNet-C): three 3×3 convolutions and a max pool; small: 3×3 stride 1; auto: small below 64 pixels.
             * @default auto
             */
            stem?: "auto" | "imagenet" | "deep" | "small";
            /**
             * @description Downsampling shortcut: a 1×1 convolution of stride 2, or (ResNet-D) a 2×2 average pool before one of stride 1.
             * @default convolution
             */
            shortcut?: "convolution" | "average-pool";
            /**
             * @description Initialise γ of the last batch norm of every block to 0.
             * @default false
             */
            zeroGamma?: boolean;
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "densenet121";
            /**
             * @description imagenet: 7×7 stride 2 and a max pool; small: 3×3 stride 1; auto: small below 64 pixels.
             * @default auto
             */
            stem?: "auto" | "imagenet" | "small";
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "densenet161";
            /**
             * @description imagenet: 7×7 stride 2 and a max pool; small: 3×3 stride 1; auto: small below 64 pixels.
             * @default auto
             */
            stem?: "auto" | "imagenet" | "small";
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "densenet169";
            /**
             * @description imagenet: 7×7 stride 2 and a max pool; small: 3×3 stride 1; auto: small below 64 pixels.
             * @default auto
             */
            stem?: "auto" | "imagenet" | "small";
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "densenet201";
            /**
             * @description imagenet: 7×7 stride 2 and a max pool; small: 3×3 stride 1; auto: small below 64 pixels.
             * @default auto
             */
            stem?: "auto" | "imagenet" | "small";
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "densenet_bc";
            /**
             * @description Layers: 6n + 4.
             * @default 100
             */
            depth?: number;
            /**
             * @description Growth rate: channels added per layer.
             * @default 12
             */
            growth?: number;
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "efficientnet_b0";
            /**
             * @description Dropout before the classifier.
             * @default 0.2
             */
            dropout?: number;
            /**
             * @description Stochastic depth: drop probability of the last block, linear in depth before it.
             * @default 0.2
             */
            stochasticDepth?: number;
            /**
             * @description imagenet: total stride 32; small: the first two strides are 1; auto: small below 64 pixels.
             * @default auto
             */
            strides?: "auto" | "imagenet" | "small";
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "efficientnet_b1";
            /**
             * @description Dropout before the classifier.
             * @default 0.2
             */
            dropout?: number;
            /**
             * @description Stochastic depth: drop probability of the last block, linear in depth before it.
             * @default 0.2
             */
            stochasticDepth?: number;
            /**
             * @description imagenet: total stride 32; small: the first two strides are 1; auto: small below 64 pixels.
             * @default auto
             */
            strides?: "auto" | "imagenet" | "small";
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "efficientnet_b2";
            /**
             * @description Dropout before the classifier.
             * @default 0.3
             */
            dropout?: number;
            /**
             * @description Stochastic depth: drop probability of the last block, linear in depth before it.
             * @default 0.2
             */
            stochasticDepth?: number;
            /**
             * @description imagenet: total stride 32; small: the first two strides are 1; auto: small below 64 pixels.
             * @default auto
             */
            strides?: "auto" | "imagenet" | "small";
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "efficientnet_b3";
            /**
             * @description Dropout before the classifier.
             * @default 0.3
             */
            dropout?: number;
            /**
             * @description Stochastic depth: drop probability of the last block, linear in depth before it.
             * @default 0.2
             */
            stochasticDepth?: number;
            /**
             * @description imagenet: total stride 32; small: the first two strides are 1; auto: small below 64 pixels.
             * @default auto
             */
            strides?: "auto" | "imagenet" | "small";
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "efficientnet_b4";
            /**
             * @description Dropout before the classifier.
             * @default 0.4
             */
            dropout?: number;
            /**
             * @description Stochastic depth: drop probability of the last block, linear in depth before it.
             * @default 0.2
             */
            stochasticDepth?: number;
            /**
             * @description imagenet: total stride 32; small: the first two strides are 1; auto: small below 64 pixels.
             * @default auto
             */
            strides?: "auto" | "imagenet" | "small";
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "efficientnet_b5";
            /**
             * @description Dropout before the classifier.
             * @default 0.4
             */
            dropout?: number;
            /**
             * @description Stochastic depth: drop probability of the last block, linear in depth before it.
             * @default 0.2
             */
            stochasticDepth?: number;
            /**
             * @description imagenet: total stride 32; small: the first two strides are 1; auto: small below 64 pixels.
             * @default auto
             */
            strides?: "auto" | "imagenet" | "small";
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "efficientnet_b6";
            /**
             * @description Dropout before the classifier.
             * @default 0.5
             */
            dropout?: number;
            /**
             * @description Stochastic depth: drop probability of the last block, linear in depth before it.
             * @default 0.2
             */
            stochasticDepth?: number;
            /**
             * @description imagenet: total stride 32; small: the first two strides are 1; auto: small below 64 pixels.
             * @default auto
             */
            strides?: "auto" | "imagenet" | "small";
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "efficientnet_b7";
            /**
             * @description Dropout before the classifier.
             * @default 0.5
             */
            dropout?: number;
            /**
             * @description Stochastic depth: drop probability of the last block, linear in depth before it.
             * @default 0.2
             */
            stochasticDepth?: number;
            /**
             * @description imagenet: total stride 32; small: the first two strides are 1; auto: small below 64 pixels.
             * @default auto
             */
            strides?: "auto" | "imagenet" | "small";
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "inception_v3";
            /**
             * @description Auxiliary classifier on the 17×17 maps, in training only.
             * @default true
             */
            auxiliary?: boolean;
            /**
             * @description Weight of the auxiliary loss.
             * @default 0.4
             */
            auxiliaryWeight?: number;
            /**
             * @description Dropout before the classifier.
             * @default 0.5
             */
            dropout?: number;
            /**
             * @description imagenet: a stem from 299 to 35 pixels; small: no downsampling; auto: small below 75 pixels.
             * @default auto
             */
            stem?: "auto" | "imagenet" | "small";
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        } | {
            /** @enum {string} */
            name?: "mobilenet_v2";
            /**
             * @description Width multiplier.
             * @default 1
             */
            width?: number;
            /**
             * @description Dropout before the classifier.
             * @default 0.2
             */
            dropout?: number;
            /**
             * @description imagenet: total stride 32; small: the first two strides are 1; auto: small below 64 pixels.
             * @default auto
             */
            strides?: "auto" | "imagenet" | "small";
            /**
             * @description Pretrained weights: none, imagenet (the source that `anneal models` names), {url} of safetensors or a tfjs layers-model, {file} (with `anneal train`), or {checkpoint} of the team.
             * @default none
             */
            pretrained?: "none" | "imagenet" | {
                url: string;
                sha256?: string;
            } | {
                file: string;
            } | {
                checkpoint: string;
            };
            /**
             * @description none; trunk: all but the head; or a block, e.g. layer2: everything up to its end.
             * @default none
             */
            freeze?: string;
            /**
             * @description Batch-norm statistics of layers that are not frozen: of the batch (train) or fixed (frozen); auto: fixed for pretrained weights if a batch has fewer than 16 images. adapt: every batch norm, frozen ones too, is set to the statistics of the training images before the first step and then fixed; for pretrained weights only.
             * @default auto
             */
            batchNorm?: "auto" | "train" | "frozen" | "adapt";
            /**
             * @description Layer-wise learning-rate decay: rate of a block over that of the next; the last block before the head has the full rate.
             * @default 1
             */
            layerDecay?: number;
            /**
             * @description Learning-rate multiplier of the head.
             * @default 1
             */
            headRate?: number;
            /**
             * @description Cut the trunk after this block and attach the head there, e.g. features.11; empty: the whole trunk.
             * @default
             */
            tap?: string;
        };
        /** @description The model’s input: size, channels, normalisation and ground. */
        ImageSpec: {
            /** @description Side of the square input, pixels. */
            size?: number;
            /** @description Input channels; by default those of the data, or of the pretrained weights. */
            channels?: 1 | 3;
            /** @description Per-channel mean, subtracted after scaling to [0, 1]; by default that of the data, or of the pretrained weights. */
            mean?: number[];
            /** @description Per-channel standard deviation; by default that of the data, or of the pretrained weights. */
            std?: number[];
            /** @description Colour behind transparent images: auto, black, white or #rrggbb. auto: black or white, whichever keeps the drawings of the data set visible. */
            background?: string;
        };
        /** @description Order and frequency of training images. */
        SamplingSpec: ("natural" | "oversample" | "undersample" | "power" | "class-balanced" | "square-root" | "progressive" | "class-aware") | {
            /** @enum {string} */
            name: "natural";
        } | {
            /** @enum {string} */
            name: "oversample";
            /**
             * @description Minimum images per class and epoch, relative to the largest class.
             * @default 1
             */
            factor?: number;
        } | {
            /** @enum {string} */
            name: "undersample";
            /**
             * @description Maximum images per class and epoch, relative to the smallest class.
             * @default 1
             */
            factor?: number;
        } | {
            /** @enum {string} */
            name: "power";
            /**
             * @description Exponent q of p ∝ n^q: 1 natural, 0.5 square-root, 0 class-balanced, below 0 favours small classes.
             * @default 0.5
             */
            power?: number;
        } | {
            /** @enum {string} */
            name: "class-balanced";
        } | {
            /** @enum {string} */
            name: "square-root";
        } | {
            /** @enum {string} */
            name: "progressive";
        } | {
            /** @enum {string} */
            name: "class-aware";
        };
        /** @description Mixing of the images of a batch. */
        MixSpec: ("none" | "mixup" | "cutmix" | "mixup-cutmix") | {
            /** @enum {string} */
            name?: "none";
        } | {
            /** @enum {string} */
            name?: "mixup";
            /**
             * @description λ ~ Beta(α, α), one per batch: with large α images are mixed half and half, with small α mostly one is kept.
             * @default 0.2
             */
            alpha?: number;
        } | {
            /** @enum {string} */
            name?: "cutmix";
            /**
             * @description λ ~ Beta(α, α), one per batch: with large α images are mixed half and half, with small α mostly one is kept.
             * @default 1
             */
            alpha?: number;
        } | {
            /** @enum {string} */
            name?: "mixup-cutmix";
            /**
             * @description λ ~ Beta(α, α), one per batch: with large α images are mixed half and half, with small α mostly one is kept.
             * @default 0.8
             */
            mixupAlpha?: number;
            /**
             * @description λ ~ Beta(α, α), one per batch: with large α images are mixed half and half, with small α mostly one is kept.
             * @default 1
             */
            cutmixAlpha?: number;
            /**
             * @description Probability of CutMix per batch.
             * @default 0.5
             */
            cutmixShare?: number;
        };
        /** @description The loss. */
        LossSpec: ("cross-entropy" | "focal" | "sigmoid-focal" | "binary-cross-entropy" | "class-balanced" | "ldam" | "balanced-softmax" | "logit-adjusted" | "jsd" | "distillation" | "oltr") | {
            /** @enum {string} */
            name?: "cross-entropy";
            /**
             * @description Label smoothing ε.
             * @default 0.1
             */
            labelSmoothing?: number;
            /**
             * @description uniform: ε/K on every class (torch, Keras); others: ε/(K−1) on every class but the target (He et al. 2019).
             * @default uniform
             */
            smoothing?: "uniform" | "others";
            /**
             * @description inverse: 1/n; effective-number: (1−β)/(1−βⁿ) (Cui et al. 2019). Normalised to sum to the number of classes.
             * @default none
             */
            classWeights?: "none" | "inverse" | "effective-number";
            /**
             * @description β of effective-number; closer to 1 is closer to inverse.
             * @default 0.999
             */
            beta?: number;
        } | {
            /** @enum {string} */
            name?: "focal";
            /**
             * @description Focusing parameter γ; 0 is cross-entropy.
             * @default 2
             */
            gamma?: number;
            /**
             * @description inverse: 1/n; effective-number: (1−β)/(1−βⁿ) (Cui et al. 2019). Normalised to sum to the number of classes.
             * @default none
             */
            classWeights?: "none" | "inverse" | "effective-number";
            /**
             * @description β of effective-number; closer to 1 is closer to inverse.
             * @default 0.999
             */
            beta?: number;
        } | {
            /** @enum {string} */
            name?: "sigmoid-focal";
            /**
             * @description Focusing parameter γ.
             * @default 2
             */
            gamma?: number;
            /**
             * @description Weight α of the image’s class; the others have 1 − α.
             * @default 0.25
             */
            alpha?: number;
            /**
             * @description Initial probability π of every class: head biases start at −log((1−π)/π).
             * @default 0.01
             */
            prior?: number;
        } | {
            /** @enum {string} */
            name?: "binary-cross-entropy";
            /**
             * @description Label smoothing ε.
             * @default 0
             */
            labelSmoothing?: number;
            /**
             * @description Reduction over the K binary losses of an image; the gradient of mean (as in torch) is K times smaller.
             * @default sum
             */
            overClasses?: "sum" | "mean";
        } | {
            /** @enum {string} */
            name?: "class-balanced";
            /**
             * @description softmax: cross-entropy; sigmoid: per-class binary cross-entropy; focal: sigmoid focal loss.
             * @default softmax
             */
            base?: "softmax" | "sigmoid" | "focal";
            /**
             * @description β of the effective number of images (1−βⁿ)/(1−β).
             * @default 0.9999
             */
            beta?: number;
            /**
             * @description Focusing parameter γ of the focal base.
             * @default 2
             */
            gamma?: number;
        } | {
            /** @enum {string} */
            name?: "ldam";
            /**
             * @description Largest margin, that of the smallest class, in cosine.
             * @default 0.5
             */
            margin?: number;
            /**
             * @description Scale s of the cosines.
             * @default 30
             */
            scale?: number;
            /**
             * @description Fraction of the budget after which classes are re-weighted by their effective number; 1: never.
             * @default 0.8
             */
            reweightAfter?: number;
            /**
             * @description β of the effective number of images (1−βⁿ)/(1−β).
             * @default 0.9999
             */
            beta?: number;
        } | {
            /** @enum {string} */
            name?: "balanced-softmax";
        } | {
            /** @enum {string} */
            name?: "logit-adjusted";
            /**
             * @description Strength τ; 0: cross-entropy, 1: consistent for balanced accuracy.
             * @default 1
             */
            tau?: number;
            /**
             * @description Label smoothing ε, spread over the classes by their shares of the training images.
             * @default 0
             */
            labelSmoothing?: number;
        } | {
            /** @enum {string} */
            name?: "jsd";
            /**
             * @description Weight of the Jensen–Shannon consistency term.
             * @default 12
             */
            weight?: number;
            /**
             * @description Label smoothing ε.
             * @default 0
             */
            labelSmoothing?: number;
        } | {
            /** @enum {string} */
            name?: "distillation";
            /** @description Teacher checkpoint, with the same classes. */
            teacher?: string;
            /**
             * @description Temperature T of teacher and student.
             * @default 20
             */
            temperature?: number;
            /**
             * @description Weight of the teacher’s term.
             * @default 1
             */
            weight?: number;
            /**
             * @description Label smoothing ε.
             * @default 0
             */
            labelSmoothing?: number;
        } | {
            /** @enum {string} */
            name?: "oltr";
            /**
             * @description Scale of the cosines.
             * @default 16
             */
            scale?: number;
            /**
             * @description Distance to the nearest centroid that leaves the feature norm unchanged; Liu et al. use 10. auto: a quarter of the centroids’ spread relative to their norm, independent of the feature scale.
             * @default auto
             */
            reach?: "auto" | number;
            /**
             * @description Use modulated attention over the last feature maps.
             * @default true
             */
            attention?: boolean;
            /**
             * @description Attraction weight: pulls features to the centroid of their class.
             * @default 0.01
             */
            centroidWeight?: number;
            /**
             * @description Repulsion weight, relative to the attraction: pushes features from other centroids.
             * @default 0.01
             */
            repulsion?: number;
            /**
             * @description Margin: mean squared distance to other centroids beyond which nothing is pushed.
             * @default 10
             */
            margin?: number;
            /**
             * @description Label smoothing ε.
             * @default 0
             */
            labelSmoothing?: number;
        };
        /** @description The optimiser. */
        OptimizerSpec: ("sgd" | "adam" | "adamw" | "rmsprop" | "lamb") | {
            /** @enum {string} */
            name?: "sgd";
            /**
             * @description Momentum: fraction of the previous update that is kept.
             * @default 0.9
             */
            momentum?: number;
            /**
             * @description Dampening of the momentum; not with nesterov.
             * @default 0
             */
            dampening?: number;
            /**
             * @description Nesterov momentum.
             * @default true
             */
            nesterov?: boolean;
            /**
             * @description Weight decay.
             * @default 0.0001
             */
            weightDecay?: number;
            /**
             * @description Apply weight decay to biases and to batch norm’s γ and β too.
             * @default false
             */
            decayAll?: boolean;
            /**
             * @description Maximum global gradient norm; larger gradients are scaled down to it. 0: no clipping.
             * @default 0
             */
            clipNorm?: number;
            /**
             * @description Gradient accumulation: micro-batches per step. Less memory, the same mean gradient; batch norms see one micro-batch at a time.
             * @default 1
             */
            accumulation?: number;
        } | {
            /** @enum {string} */
            name?: "adam";
            /**
             * @description β₁: decay of the running mean of gradients.
             * @default 0.9
             */
            beta1?: number;
            /**
             * @description β₂: decay of the running mean of squared gradients.
             * @default 0.999
             */
            beta2?: number;
            /**
             * @description ε, added to the denominator outside the square root.
             * @default 1e-8
             */
            epsilon?: number;
            /**
             * @description Weight decay.
             * @default 0.0001
             */
            weightDecay?: number;
            /**
             * @description Apply weight decay to biases and to batch norm’s γ and β too.
             * @default false
             */
            decayAll?: boolean;
            /**
             * @description Maximum global gradient norm; larger gradients are scaled down to it. 0: no clipping.
             * @default 0
             */
            clipNorm?: number;
            /**
             * @description Gradient accumulation: micro-batches per step. Less memory, the same mean gradient; batch norms see one micro-batch at a time.
             * @default 1
             */
            accumulation?: number;
        } | {
            /** @enum {string} */
            name?: "adamw";
            /**
             * @description β₁: decay of the running mean of gradients.
             * @default 0.9
             */
            beta1?: number;
            /**
             * @description β₂: decay of the running mean of squared gradients.
             * @default 0.999
             */
            beta2?: number;
            /**
             * @description ε, added to the denominator outside the square root.
             * @default 1e-8
             */
            epsilon?: number;
            /**
             * @description Weight decay.
             * @default 0.0001
             */
            weightDecay?: number;
            /**
             * @description Apply weight decay to biases and to batch norm’s γ and β too.
             * @default false
             */
            decayAll?: boolean;
            /**
             * @description Maximum global gradient norm; larger gradients are scaled down to it. 0: no clipping.
             * @default 0
             */
            clipNorm?: number;
            /**
             * @description Gradient accumulation: micro-batches per step. Less memory, the same mean gradient; batch norms see one micro-batch at a time.
             * @default 1
             */
            accumulation?: number;
        } | {
            /** @enum {string} */
            name?: "rmsprop";
            /**
             * @description Decay of the running mean of squared gradients.
             * @default 0.99
             */
            alpha?: number;
            /**
             * @description ε, added to the denominator outside the square root.
             * @default 1e-8
             */
            epsilon?: number;
            /**
             * @description Momentum: fraction of the previous update that is kept.
             * @default 0
             */
            momentum?: number;
            /**
             * @description Centred: divide by the standard deviation of the gradients instead of their RMS.
             * @default false
             */
            centered?: boolean;
            /**
             * @description Weight decay.
             * @default 0.0001
             */
            weightDecay?: number;
            /**
             * @description Apply weight decay to biases and to batch norm’s γ and β too.
             * @default false
             */
            decayAll?: boolean;
            /**
             * @description Maximum global gradient norm; larger gradients are scaled down to it. 0: no clipping.
             * @default 0
             */
            clipNorm?: number;
            /**
             * @description Gradient accumulation: micro-batches per step. Less memory, the same mean gradient; batch norms see one micro-batch at a time.
             * @default 1
             */
            accumulation?: number;
        } | {
            /** @enum {string} */
            name?: "lamb";
            /**
             * @description β₁: decay of the running mean of gradients.
             * @default 0.9
             */
            beta1?: number;
            /**
             * @description β₂: decay of the running mean of squared gradients.
             * @default 0.999
             */
            beta2?: number;
            /**
             * @description ε, added to the denominator outside the square root.
             * @default 0.000001
             */
            epsilon?: number;
            /**
             * @description Apply trust ratios to biases and to batch norm’s γ and β too; otherwise they take Adam’s step.
             * @default false
             */
            adaptAll?: boolean;
            /**
             * @description Weight decay.
             * @default 0.0001
             */
            weightDecay?: number;
            /**
             * @description Apply weight decay to biases and to batch norm’s γ and β too.
             * @default false
             */
            decayAll?: boolean;
            /**
             * @description Maximum global gradient norm; larger gradients are scaled down to it. 0: no clipping.
             * @default 0
             */
            clipNorm?: number;
            /**
             * @description Gradient accumulation: micro-batches per step. Less memory, the same mean gradient; batch norms see one micro-batch at a time.
             * @default 1
             */
            accumulation?: number;
        };
        /** @description Learning rate over the budget. */
        ScheduleSpec: ("linear" | "cosine" | "step" | "exponential" | "constant" | "one-cycle" | "cyclic") | {
            /** @enum {string} */
            name?: "linear";
            /**
             * @description Peak learning rate; by default it follows from optimiser and batch size.
             * @default 0.1
             */
            learningRate?: number;
            /**
             * @description Linear warm-up, epochs.
             * @default 0
             */
            warmupEpochs?: number;
        } | {
            /** @enum {string} */
            name?: "cosine";
            /**
             * @description Peak learning rate; by default it follows from optimiser and batch size.
             * @default 0.1
             */
            learningRate?: number;
            /**
             * @description Linear warm-up, epochs.
             * @default 0
             */
            warmupEpochs?: number;
        } | {
            /** @enum {string} */
            name?: "step";
            /**
             * @description Peak learning rate; by default it follows from optimiser and batch size.
             * @default 0.1
             */
            learningRate?: number;
            /**
             * @description Linear warm-up, epochs.
             * @default 0
             */
            warmupEpochs?: number;
            /**
             * @description Fractions of the budget at which the rate drops.
             * @default [
             *       0.5,
             *       0.75
             *     ]
             */
            milestones?: number[];
            /**
             * @description Factor at each drop.
             * @default 0.1
             */
            factor?: number;
        } | {
            /** @enum {string} */
            name?: "exponential";
            /**
             * @description Peak learning rate; by default it follows from optimiser and batch size.
             * @default 0.1
             */
            learningRate?: number;
            /**
             * @description Linear warm-up, epochs.
             * @default 0
             */
            warmupEpochs?: number;
            /**
             * @description Decay factor per epoch.
             * @default 0.95
             */
            factor?: number;
        } | {
            /** @enum {string} */
            name?: "constant";
            /**
             * @description Peak learning rate; by default it follows from optimiser and batch size.
             * @default 0.1
             */
            learningRate?: number;
            /**
             * @description Linear warm-up, epochs.
             * @default 0
             */
            warmupEpochs?: number;
        } | {
            /** @enum {string} */
            name?: "one-cycle";
            /**
             * @description Peak learning rate; by default it follows from optimiser and batch size.
             * @default 0.1
             */
            learningRate?: number;
            /**
             * @description Linear warm-up, epochs.
             * @default 0
             */
            warmupEpochs?: number;
            /**
             * @description Fraction of the budget for the rise.
             * @default 0.3
             */
            rise?: number;
            /**
             * @description Shape of the rise and the fall.
             * @default cosine
             */
            shape?: "cosine" | "linear";
            /**
             * @description Peak rate over the initial rate.
             * @default 25
             */
            startDivisor?: number;
            /**
             * @description Initial rate over the final rate.
             * @default 10000
             */
            endDivisor?: number;
            /**
             * @description Cycle the optimiser’s momentum (Adam’s β₁) inversely to the learning rate.
             * @default false
             */
            cycleMomentum?: boolean;
            /**
             * @description Momentum at the highest learning rate.
             * @default 0.85
             */
            lowMomentum?: number;
            /**
             * @description Momentum at the lowest learning rate.
             * @default 0.95
             */
            highMomentum?: number;
        } | {
            /** @enum {string} */
            name?: "cyclic";
            /**
             * @description Peak learning rate; by default it follows from optimiser and batch size.
             * @default 0.1
             */
            learningRate?: number;
            /**
             * @description Linear warm-up, epochs.
             * @default 0
             */
            warmupEpochs?: number;
            /**
             * @description Base learning rate; 0: a tenth of the peak rate.
             * @default 0
             */
            baseLearningRate?: number;
            /**
             * @description Steps from the base rate to the peak.
             * @default 2000
             */
            stepsUp?: number;
            /**
             * @description triangular2 halves the amplitude every cycle; exp_range multiplies it by gamma every step.
             * @default triangular
             */
            mode?: "triangular" | "triangular2" | "exp_range";
            /**
             * @description Amplitude factor per step, for exp_range.
             * @default 1
             */
            gamma?: number;
            /**
             * @description Cycle the optimiser’s momentum (Adam’s β₁) inversely to the learning rate.
             * @default false
             */
            cycleMomentum?: boolean;
            /**
             * @description Momentum at the highest learning rate.
             * @default 0.85
             */
            lowMomentum?: number;
            /**
             * @description Momentum at the lowest learning rate.
             * @default 0.95
             */
            highMomentum?: number;
        };
        /** @description Weight averaging; of several kinds, the best on validation is kept. */
        AveragingSpec: (("none" | "swa" | "ema") | {
            /** @enum {string} */
            name: "none";
        } | {
            /** @enum {string} */
            name: "swa";
            /**
             * @description Fraction of the budget after which averaging starts.
             * @default 0.75
             */
            start?: number;
            /**
             * @description Epochs between snapshots.
             * @default 1
             */
            everyEpochs?: number;
            /**
             * @description Take snapshots at multiples of this many steps instead, e.g. twice the stepsUp of a cyclic schedule for the end of every cycle. 0: by epochs.
             * @default 0
             */
            everySteps?: number;
        } | {
            /** @enum {string} */
            name: "ema";
            /**
             * @description Decay per step: fraction of the average that is kept.
             * @default 0.999
             */
            decay?: number;
            /**
             * @description Warm up the decay as (1 + t)/(10 + t), so that early weights are forgotten.
             * @default true
             */
            warmup?: boolean;
        }) | (("none" | "swa" | "ema") | {
            /** @enum {string} */
            name: "none";
        } | {
            /** @enum {string} */
            name: "swa";
            /**
             * @description Fraction of the budget after which averaging starts.
             * @default 0.75
             */
            start?: number;
            /**
             * @description Epochs between snapshots.
             * @default 1
             */
            everyEpochs?: number;
            /**
             * @description Take snapshots at multiples of this many steps instead, e.g. twice the stepsUp of a cyclic schedule for the end of every cycle. 0: by epochs.
             * @default 0
             */
            everySteps?: number;
        } | {
            /** @enum {string} */
            name: "ema";
            /**
             * @description Decay per step: fraction of the average that is kept.
             * @default 0.999
             */
            decay?: number;
            /**
             * @description Warm up the decay as (1 + t)/(10 + t), so that early weights are forgotten.
             * @default true
             */
            warmup?: boolean;
        })[];
        /** @description Post-hoc correction of the trained classifier for a different class prior. */
        AdjustmentSpec: ("none" | "logit-adjustment" | "tau-norm") | {
            /** @enum {string} */
            name: "none";
        } | {
            /** @enum {string} */
            name: "logit-adjustment";
            /**
             * @description Strength τ; 0: unchanged, 1: for equally common classes.
             * @default 1
             */
            tau?: number;
        } | {
            /** @enum {string} */
            name: "tau-norm";
            /**
             * @description Power τ of the norms, 0 to 2; auto: the one from 0 to 1 with the best balanced accuracy on validation.
             * @default auto
             */
            tau?: "auto" | number;
        };
        /** @description Rejection of images of unknown classes (“none of these”). */
        OpenSetSpec: ("none" | "threshold") | {
            /** @enum {string} */
            name: "none";
        } | {
            /** @enum {string} */
            name: "threshold";
            /**
             * @description Confidence threshold: below this calibrated probability of the predicted class the answer is “none of these”; above 1/classes (Liu et al. use 0.1 for 1,000 classes); auto: chosen on validation.
             * @default auto
             */
            value?: "auto" | number;
            /**
             * @description With auto and no unknown class: fraction of known validation images that are still answered.
             * @default 0.95
             */
            keep?: number;
            /**
             * @description A class of the data set to hold out of training; its images represent unknown classes in validation and test.
             * @default
             */
            unknownClass?: string;
        };
        /** @description Calibration of the probabilities. */
        CalibrationSpec: ("none" | "temperature") | {
            /** @enum {string} */
            name: "none";
        } | {
            /** @enum {string} */
            name: "temperature";
            /**
             * @description Class prior of the probabilities. data: the frequencies of the validation images; uniform: equally common classes, which is what a job supposes that states no calibration where the test split has them and the training split is uneven. The predicted class stays that of the largest logit.
             * @default data
             */
            prior?: "data" | "uniform";
        };
        /** @description Additional measurements of the report. */
        EvaluationSpec: {
            /**
             * @description Corruptions under which the error is measured: all, or a list of names.
             * @default []
             */
            corruptions?: "all" | ("gaussian-noise" | "shot-noise" | "impulse-noise" | "defocus-blur" | "gaussian-blur" | "motion-blur" | "snow" | "fog" | "brightness" | "contrast" | "pixelate" | "jpeg")[];
            /**
             * @description Severities of each corruption.
             * @default [
             *       1,
             *       2,
             *       3,
             *       4,
             *       5
             *     ]
             */
            severities?: (1 | 2 | 3 | 4 | 5)[];
            /**
             * @description Maximum number of images to corrupt, spread evenly over the split.
             * @default 10000
             */
            images?: number;
            /** @description Views of each image over which predictions are averaged, in the report and on request in predictions. */
            testTimeAugmentation?: ("none" | "horizontal-flip" | "multi-crop" | "augmented") | {
                /** @enum {string} */
                name: "none";
            } | {
                /** @enum {string} */
                name: "horizontal-flip";
                /**
                 * @description What is averaged over the views: probabilities before calibration, or logits.
                 * @default probabilities
                 */
                average?: "probabilities" | "logits";
            } | {
                /** @enum {string} */
                name: "multi-crop";
                /**
                 * @description Side of a crop, as a fraction of the shorter side.
                 * @default 0.875
                 */
                keep?: number;
                /**
                 * @description Also mirror each crop: ten views instead of five.
                 * @default true
                 */
                flip?: boolean;
                /**
                 * @description What is averaged over the views: probabilities before calibration, or logits.
                 * @default probabilities
                 */
                average?: "probabilities" | "logits";
            } | {
                /** @enum {string} */
                name: "augmented";
                /**
                 * @description Number of views, the original image included.
                 * @default 8
                 */
                views?: number;
                /** @description Augmentations in order, each a name or an object with options. */
                of?: ({
                    name: string;
                } & {
                    [key: string]: unknown;
                })[];
                /**
                 * @description What is averaged over the views: probabilities before calibration, or logits.
                 * @default probabilities
                 */
                average?: "probabilities" | "logits";
            };
        };
        /** @description Ends training when a metric has not improved for some epochs. The learning rate follows the whole budget: with a schedule that falls to zero, the best weights come late. */
        EarlyStoppingSpec: {
            /**
             * @description What has to improve; it is measured on the validation images after each epoch.
             * @default val/loss
             */
            metric?: "val/loss" | "val/accuracy" | "val/balancedAccuracy";
            /** @description Whether less or more is better; by default min for the loss, max for accuracies. */
            mode?: "min" | "max";
            /**
             * @description Epochs in a row with no improvement after which training ends.
             * @default 5
             */
            patience?: number;
            /**
             * @description An improvement is more than this.
             * @default 0
             */
            minDelta?: number;
        };
        /** @description How long to train: epochs, steps or minutes. */
        BudgetSpec: {
            /** @description Passes over the training images. */
            epochs?: number;
            /** @description Optimiser steps. */
            steps?: number;
            /** @description Minutes of training; the schedule follows the clock and ends on time. */
            minutes?: number;
        };
        /**
         * @example {
         *       "name": "Botany"
         *     }
         */
        RenameTeamRequest: {
            name: string;
        };
        MemberPage: {
            data: components["schemas"]["Member"][];
            nextCursor: string | null;
        };
        /**
         * @example {
         *       "email": "ada@example.org",
         *       "role": "member"
         *     }
         */
        InviteMemberRequest: {
            /** @description Taken in lower case. */
            email: string;
            /**
             * @description owner: scopes read, write and admin, which is for members, keys, the team and its audit log; member: read and write; viewer: read.
             * @enum {string}
             */
            role: "owner" | "member" | "viewer";
        };
        /**
         * @example {
         *       "role": "viewer"
         *     }
         */
        ChangeRoleRequest: {
            /**
             * @description owner: scopes read, write and admin, which is for members, keys, the team and its audit log; member: read and write; viewer: read.
             * @enum {string}
             */
            role: "owner" | "member" | "viewer";
        };
        ApiKeyPage: {
            data: components["schemas"]["ApiKey"][];
            nextCursor: string | null;
        };
        /**
         * @example {
         *       "name": "training",
         *       "scopes": [
         *         "read",
         *         "write"
         *       ]
         *     }
         */
        CreateApiKeyRequest: {
            name: string;
            /**
             * @description What the key may do: no more than who makes it.
             * @default [
             *       "read",
             *       "write"
             *     ]
             */
            scopes?: ("read" | "write" | "admin")[];
            /**
             * Format: date-time
             * @description From then on it is refused.
             */
            expiresAt?: string;
        };
        CreateApiKeyResponse: {
            id: string;
            name: string;
            scopes: ("read" | "write" | "admin")[];
            member: string | null;
            /** Format: date-time */
            createdAt: string;
            expiresAt: string | null;
            lastUsedAt: string | null;
            rotatedFrom: string | null;
            secret: string;
        };
        /**
         * @example {
         *       "overlapHours": 24
         *     }
         */
        RotateApiKeyRequest: {
            /**
             * @description How long the key still works next to the one that takes its place.
             * @default 24
             */
            overlapHours?: number;
            /**
             * Format: date-time
             * @description Without it, the new key lives as long as the old one was to.
             */
            expiresAt?: string;
        };
        RotateApiKeyResponse: {
            id: string;
            name: string;
            scopes: ("read" | "write" | "admin")[];
            member: string | null;
            /** Format: date-time */
            createdAt: string;
            expiresAt: string | null;
            lastUsedAt: string | null;
            rotatedFrom: string | null;
            secret: string;
        };
        /**
         * @example {
         *       "name": "training",
         *       "scopes": [
         *         "read",
         *         "write"
         *       ]
         *     }
         */
        CreateOwnApiKeyRequest: {
            name: string;
            /**
             * @description What the key may do: no more than who makes it.
             * @default [
             *       "read",
             *       "write"
             *     ]
             */
            scopes?: ("read" | "write" | "admin")[];
            /**
             * Format: date-time
             * @description From then on it is refused.
             */
            expiresAt?: string;
        };
        CreateOwnApiKeyResponse: {
            id: string;
            name: string;
            scopes: ("read" | "write" | "admin")[];
            member: string | null;
            /** Format: date-time */
            createdAt: string;
            expiresAt: string | null;
            lastUsedAt: string | null;
            rotatedFrom: string | null;
            secret: string;
        };
        /**
         * @example {
         *       "overlapHours": 24
         *     }
         */
        RotateOwnApiKeyRequest: {
            /**
             * @description How long the key still works next to the one that takes its place.
             * @default 24
             */
            overlapHours?: number;
            /**
             * Format: date-time
             * @description Without it, the new key lives as long as the old one was to.
             */
            expiresAt?: string;
        };
        RotateOwnApiKeyResponse: {
            id: string;
            name: string;
            scopes: ("read" | "write" | "admin")[];
            member: string | null;
            /** Format: date-time */
            createdAt: string;
            expiresAt: string | null;
            lastUsedAt: string | null;
            rotatedFrom: string | null;
            secret: string;
        };
        AuditEntryPage: {
            data: components["schemas"]["AuditEntry"][];
            nextCursor: string | null;
        };
        UsageRowPage: {
            data: components["schemas"]["UsageRow"][];
            nextCursor: string | null;
        };
        CreateDatasetForm: {
            /** @description Without it, the file or the address gives the name. */
            name?: string;
            /**
             * @description Of an image in two splits: remove it from the earlier one of train, val and test, or refuse the data set.
             * @default remove
             * @enum {string}
             */
            leakage?: "remove" | "refuse";
            /**
             * @description Of images in two splits that look almost the same: report them, or as with leakage.
             * @default report
             * @enum {string}
             */
            nearDuplicates?: "report" | "remove" | "refuse";
            /** @description Images of one group stay in one split: folder for the folders below those of the classes, or the name of a column. */
            groupBy?: string;
            /** @description One archive: .zip, .tar, .tar.gz, .tar.bz2, .tar.xz or .tar.zst. */
            file?: string;
            /** @description Instead of an archive: images, each with a file name like class/file.jpg. */
            images?: string[];
            /** @description Of images without folders: JSON, a list with a label for each image, or an object of labels by file name. */
            labels?: string;
        };
        DatasetSummaryPage: {
            data: components["schemas"]["DatasetSummary"][];
            nextCursor: string | null;
        };
        /**
         * @example {
         *       "name": "flowers 2026"
         *     }
         */
        RenameDatasetRequest: {
            name: string;
        };
        DatasetVersionPage: {
            data: components["schemas"]["DatasetVersion"][];
            nextCursor: string | null;
        };
        CreateDatasetVersionForm: {
            /** @description The version that it is made of, by default the newest that is ready. Required where images are named by number. */
            base?: number;
            /**
             * @description Where images go that are in no split folder and for which no table gives a split; draw: a tenth of each class to test, another to val, the others to train.
             * @default train
             * @enum {string}
             */
            split?: "train" | "val" | "test" | "draw";
            /** @description One archive: .zip, .tar, .tar.gz, .tar.bz2, .tar.xz or .tar.zst. */
            file?: string;
            /** @description Instead of an archive: images, each with a file name like class/file.jpg. */
            images?: string[];
            /** @description Of images without folders: JSON, a list with a label for each image, or an object of labels by file name. */
            labels?: string;
        };
        CompareDatasetVersionsResponse: {
            /** @description The version that it is compared with. */
            base: number;
            version: number;
            data: components["schemas"]["DatasetDifference"][];
            nextCursor: string | null;
        };
        DatasetItemPage: {
            data: components["schemas"]["DatasetItem"][];
            nextCursor: string | null;
        };
        UploadPage: {
            data: components["schemas"]["Upload"][];
            nextCursor: string | null;
        };
        ValidateJobResponse: {
            spec: unknown;
            specHash: string;
            reasons: unknown;
            /** @description What is allowed and probably not meant. */
            warnings: {
                pointer: string;
                detail: string;
            }[];
            waitingFor: {
                resources: {
                    /** @enum {string} */
                    device: "auto" | "cpu" | "gpu";
                    devices: number;
                    elastic: boolean;
                    compressGradients: boolean;
                    memory: number | null;
                    labels: string[];
                    pool: string;
                };
                /** @description Workers that are registered. */
                workers: number;
                detail: string;
            } | null;
            estimate: {
                /** @description Of the first stage. */
                stepsPerEpoch: number;
                /** @description null where the budget is minutes. */
                totalSteps: number | null;
                images: number | null;
                /** @description Of a budget of minutes, those; else of the whole run, from like runs; null where there is none. */
                seconds: number | null;
                deviceHours: number | null;
                /** @description What the time follows from. */
                basis: {
                    /** @description Runs of the team with the same model, image size, batch size and precision that succeeded. */
                    runs: number;
                    deviceKind: string;
                    /** @description Their median. */
                    imagesPerSecond: number;
                    /** @description What they needed next to training: start, evaluation, report. */
                    otherSeconds: number;
                } | null;
                detail: string;
            };
        };
        SubmitJobResponse: {
            id: string;
            name: string;
            /**
             * @description fit: training; range-test: the learning-rate range test; policy-search: a search for an augmentation policy.
             * @enum {string}
             */
            kind: "fit" | "range-test" | "policy-search";
            dataset: string;
            datasetVersion: number;
            /** @description Also where the data set was deleted. */
            datasetName: string;
            model: string | null;
            /** @description Whether this version of the data set is gone: the job cannot run again. */
            datasetDeleted: boolean;
            sweep: string | null;
            /** @enum {string} */
            state: "queued" | "starting" | "running" | "finalizing" | "pausing" | "paused" | "stopping" | "stopped" | "succeeded" | "failed" | "canceled";
            specHash: string;
            /** @description What is allowed in the spec and probably not meant. */
            warnings: {
                pointer: string;
                detail: string;
            }[];
            progress: components["schemas"]["Progress"] | null;
            accuracy: number | null;
            finalMetrics: components["schemas"]["FinalMetrics"] | null;
            reason: components["schemas"]["Reason"] | null;
            /** @description Among the jobs of its team; the highest first. */
            priority: number;
            submittedBy: string | null;
            tags: string[];
            deadline: string | null;
            maxRunSeconds: number | null;
            maxWaitSeconds: number | null;
            /** @description Time on a device over all attempts. */
            ranSeconds: number;
            /** @description Jobs and data sets that it runs after. */
            after: string[];
            /** @description Whether it waits for one of `after`; `explain` says for which. */
            blocked: boolean;
            resources: {
                /** @enum {string} */
                device: "auto" | "cpu" | "gpu";
                devices: number;
                elastic: boolean;
                compressGradients: boolean;
                memory: number | null;
                labels: string[];
                pool: string;
            };
            forkOf: {
                job: string;
                checkpoint: string;
                /** @description weights: it starts from the weights; continue: it trains on, with optimiser and step. */
                mode: "weights" | "continue";
            } | null;
            attempt: number;
            notBefore: string | null;
            /** Format: date-time */
            createdAt: string;
            endedAt: string | null;
            notes: string;
            /** @description The resolved spec. */
            spec: unknown;
            /** @description Why a default has its value, by pointer. */
            reasons: unknown;
            waitingFor: {
                resources: {
                    /** @enum {string} */
                    device: "auto" | "cpu" | "gpu";
                    devices: number;
                    elastic: boolean;
                    compressGradients: boolean;
                    memory: number | null;
                    labels: string[];
                    pool: string;
                };
                /** @description Workers that are registered. */
                workers: number;
                detail: string;
            } | null;
        };
        JobSummaryPage: {
            data: components["schemas"]["JobSummary"][];
            nextCursor: string | null;
        };
        BatchResultList: {
            data: components["schemas"]["BatchResult"][];
        };
        ForkJobResponse: {
            id: string;
            name: string;
            /**
             * @description fit: training; range-test: the learning-rate range test; policy-search: a search for an augmentation policy.
             * @enum {string}
             */
            kind: "fit" | "range-test" | "policy-search";
            dataset: string;
            datasetVersion: number;
            /** @description Also where the data set was deleted. */
            datasetName: string;
            model: string | null;
            /** @description Whether this version of the data set is gone: the job cannot run again. */
            datasetDeleted: boolean;
            sweep: string | null;
            /** @enum {string} */
            state: "queued" | "starting" | "running" | "finalizing" | "pausing" | "paused" | "stopping" | "stopped" | "succeeded" | "failed" | "canceled";
            specHash: string;
            /** @description What is allowed in the spec and probably not meant. */
            warnings: {
                pointer: string;
                detail: string;
            }[];
            progress: components["schemas"]["Progress"] | null;
            accuracy: number | null;
            finalMetrics: components["schemas"]["FinalMetrics"] | null;
            reason: components["schemas"]["Reason"] | null;
            /** @description Among the jobs of its team; the highest first. */
            priority: number;
            submittedBy: string | null;
            tags: string[];
            deadline: string | null;
            maxRunSeconds: number | null;
            maxWaitSeconds: number | null;
            /** @description Time on a device over all attempts. */
            ranSeconds: number;
            /** @description Jobs and data sets that it runs after. */
            after: string[];
            /** @description Whether it waits for one of `after`; `explain` says for which. */
            blocked: boolean;
            resources: {
                /** @enum {string} */
                device: "auto" | "cpu" | "gpu";
                devices: number;
                elastic: boolean;
                compressGradients: boolean;
                memory: number | null;
                labels: string[];
                pool: string;
            };
            forkOf: {
                job: string;
                checkpoint: string;
                /** @description weights: it starts from the weights; continue: it trains on, with optimiser and step. */
                mode: "weights" | "continue";
            } | null;
            attempt: number;
            notBefore: string | null;
            /** Format: date-time */
            createdAt: string;
            endedAt: string | null;
            notes: string;
            /** @description The resolved spec. */
            spec: unknown;
            /** @description Why a default has its value, by pointer. */
            reasons: unknown;
            waitingFor: {
                resources: {
                    /** @enum {string} */
                    device: "auto" | "cpu" | "gpu";
                    devices: number;
                    elastic: boolean;
                    compressGradients: boolean;
                    memory: number | null;
                    labels: string[];
                    pool: string;
                };
                /** @description Workers that are registered. */
                workers: number;
                detail: string;
            } | null;
        };
        ListRecipesResponse: {
            data: {
                /** @description What a spec has as its `recipe`. */
                name: string;
                /** @description What it is for, in one sentence. */
                summary: string;
                /** @description The fields that it sets; a spec overrides them. */
                spec: {
                    [key: string]: unknown;
                };
            }[];
        };
        JobEventPage: {
            data: components["schemas"]["JobEvent"][];
            nextCursor: string | null;
        };
        MetricSeriesList: {
            data: components["schemas"]["MetricSeries"][];
        };
        TransitionList: {
            data: components["schemas"]["Transition"][];
        };
        AttemptPage: {
            data: components["schemas"]["Attempt"][];
            nextCursor: string | null;
        };
        CheckpointList: {
            data: components["schemas"]["Checkpoint"][];
        };
        LogLinePage: {
            data: components["schemas"]["LogLine"][];
            nextCursor: string | null;
        };
        SweepSummaryPage: {
            data: components["schemas"]["SweepSummary"][];
            nextCursor: string | null;
        };
        ArtifactList: {
            data: components["schemas"]["Artifact"][];
        };
        /**
         * @example {
         *       "jobs": [
         *         "job_5m2x8",
         *         "job_6n3y9"
         *       ],
         *       "differing": 24
         *     }
         */
        CompareJobsRequest: {
            /** @description Ids of two jobs that were evaluated on the same images: a and b. */
            jobs: [
                string,
                string
            ];
            /**
             * @description Images that one of the two alone has right: how many of either are listed.
             * @default 24
             */
            differing?: number;
        };
        ListSuggestionsResponse: {
            dataset: string;
            /** @description The version that the places of the images are of. */
            datasetVersion: number;
            /** @description Images that were judged, by split: those that the model was not trained on. */
            covers: {
                train: number;
                val: number;
                test: number;
            };
            /** @description How many there are; at most 2000 of a kind are listed. */
            found: {
                label: number;
                outlier: number;
            };
            /** @description What limits the suggestions. */
            notes: string[];
            data: components["schemas"]["JobSuggestion"][];
            nextCursor: string | null;
        };
        PredictForm: {
            images: string[];
        };
        /**
         * @example {
         *       "data": [
         *         {
         *           "file": "rose.jpg",
         *           "answer": "rose",
         *           "top": [
         *             {
         *               "label": "rose",
         *               "probability": 0.97
         *             },
         *             {
         *               "label": "tulip",
         *               "probability": 0.03
         *             }
         *           ]
         *         }
         *       ]
         *     }
         */
        PredictResponse: {
            data: {
                file: string;
                /** @description The predicted class: that of the largest logit, which a calibration with a class prior may make not the most probable one; or, of a model that may reject, `none of these`. */
                answer?: string;
                /** @description Whether the image is taken to be of no known class. */
                rejected?: boolean;
                /** @description The most probable classes, in descending order. */
                top: {
                    label: string;
                    /** @description Calibrated. */
                    probability: number;
                }[];
                logits?: number[];
            }[];
        };
        PredictByNameForm: {
            images: string[];
        };
        /**
         * @example {
         *       "model": {
         *         "id": "model_2w6",
         *         "name": "flowers",
         *         "version": 3,
         *         "alias": "champion",
         *         "checkpoint": "ckpt_7h3d1"
         *       },
         *       "data": [
         *         {
         *           "file": "rose.jpg",
         *           "answer": "rose",
         *           "top": [
         *             {
         *               "label": "rose",
         *               "probability": 0.97
         *             },
         *             {
         *               "label": "tulip",
         *               "probability": 0.03
         *             }
         *           ]
         *         }
         *       ]
         *     }
         */
        PredictByNameResponse: {
            model: components["schemas"]["AnsweringModel"];
            data: {
                file: string;
                /** @description The predicted class: that of the largest logit, which a calibration with a class prior may make not the most probable one; or, of a model that may reject, `none of these`. */
                answer?: string;
                /** @description Whether the image is taken to be of no known class. */
                rejected?: boolean;
                /** @description The most probable classes, in descending order. */
                top: {
                    label: string;
                    /** @description Calibrated. */
                    probability: number;
                }[];
                logits?: number[];
            }[];
        };
        ExplainImageForm: {
            images: string[];
        };
        ExplainImageByNameForm: {
            images: string[];
        };
        GetExportReportResponse: {
            fileName: string;
            contentType: string;
            sizeBytes: number;
            sha256: string;
            files: {
                name: string;
                sizeBytes: number;
            }[];
            /** @description Labels, preprocessing and calibration. */
            metadata: unknown;
            accuracy: {
                split: string;
                images: number;
                /** @description With the checkpoint’s weights. */
                original: number;
                /** @description With the weights as a reader of the export has them. */
                exported: number;
            } | null;
        };
        /**
         * @example {
         *       "dataset": "ds_4t7q9",
         *       "augment": [
         *         "horizontal-flip"
         *       ],
         *       "seed": 0,
         *       "rows": 4,
         *       "columns": 8
         *     }
         */
        PreviewAugmentRequest: {
            /** @description Id of a data set that is ready. */
            dataset: string;
            /** @description As in a job’s spec. */
            augment: unknown[];
            /** @description Side of an image, pixels; default: what a job would have. */
            size?: number;
            /**
             * @description Names the images that are shown and what happens to them.
             * @default 0
             */
            seed?: number;
            /**
             * @description Training images, one a row.
             * @default 4
             */
            rows?: number;
            /**
             * @description Images a row: the first as it is, the others augmented.
             * @default 8
             */
            columns?: number;
        };
        PolicySummaryPage: {
            data: components["schemas"]["PolicySummary"][];
            nextCursor: string | null;
        };
        RegisteredModelPage: {
            data: components["schemas"]["RegisteredModel"][];
            nextCursor: string | null;
        };
        ModelVersionPage: {
            data: components["schemas"]["ModelVersion"][];
            nextCursor: string | null;
        };
        PromotionPage: {
            data: components["schemas"]["Promotion"][];
            nextCursor: string | null;
        };
        PredictionBatchPage: {
            data: components["schemas"]["PredictionBatch"][];
            nextCursor: string | null;
        };
        /**
         * @example {
         *       "team": "team_0a1b2c"
         *     }
         */
        ShareModelRequest: {
            /** @description Id of the other team. */
            team: string;
        };
        SharePage: {
            data: components["schemas"]["Share"][];
            nextCursor: string | null;
        };
        /**
         * @example {
         *       "team": "team_0a1b2c"
         *     }
         */
        ShareDatasetRequest: {
            /** @description Id of the other team. */
            team: string;
        };
        WebhookPage: {
            data: components["schemas"]["Webhook"][];
            nextCursor: string | null;
        };
        /**
         * @example {
         *       "overlapSeconds": 86400
         *     }
         */
        RotateWebhookSecretRequest: {
            /** @default 86400 */
            overlapSeconds?: number;
        };
        WebhookDeliveryPage: {
            data: components["schemas"]["WebhookDelivery"][];
            nextCursor: string | null;
        };
        TrashEntryPage: {
            data: components["schemas"]["TrashEntry"][];
            nextCursor: string | null;
        };
        RetentionCandidatePage: {
            data: components["schemas"]["RetentionCandidate"][];
            nextCursor: string | null;
        };
        StorageRowPage: {
            data: components["schemas"]["StorageRow"][];
            nextCursor: string | null;
        };
        GetSignInOptionsResponse: {
            /** @description Whether an identity provider is configured. */
            organization: boolean;
            version: string;
        };
        /**
         * @example {
         *       "apiKey": "ak_4mT9xB2c"
         *     }
         */
        OpenSessionRequest: {
            /** @description An API key of a team. */
            apiKey: string;
        };
        /**
         * @example {
         *       "token": "ops_6Vd2Lw9Qx1"
         *     }
         */
        OpenOperatorSessionRequest: {
            /** @description The token of an operator. */
            token: string;
        };
        TeamOverviewPage: {
            data: components["schemas"]["TeamOverview"][];
            nextCursor: string | null;
        };
        /**
         * @example {
         *       "name": "Botany",
         *       "owner": "ada@example.org"
         *     }
         */
        CreateTeamRequest: {
            name: string;
            /** @description Taken in lower case. */
            owner?: string;
        };
        CreateTeamResponse: {
            id: string;
            name: string;
            /** Format: date-time */
            createdAt: string;
            suspendedAt: string | null;
            /** @description The first API key, with all scopes; it is shown nowhere else. */
            secret: string;
        };
        /**
         * @example {
         *       "name": "Botany"
         *     }
         */
        RenameOperatedTeamRequest: {
            name: string;
        };
        WorkerPage: {
            data: components["schemas"]["Worker"][];
            nextCursor: string | null;
        };
        GetQueueResponse: {
            data: components["schemas"]["QueuedJob"][];
            nextCursor: string | null;
            /** @description Queued jobs in all. */
            waiting: number;
        };
    };
    responses: {
        /** @description `invalid_request`: The request is malformed, or a parameter is out of bounds; `errors` points at each mistake. */
        InvalidRequest: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "invalid_request";
                };
            };
        };
        /** @description `unauthorized`: The API key (or the metrics token) is missing or unknown. */
        Unauthorized: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "unauthorized";
                };
            };
        };
        /**
         * @description `forbidden`: The API key or the person lacks the scope that the call needs; the message says which.
         *
         *     `team_suspended`: An operator has suspended the team; its keys and people are refused until that ends.
         */
        ForbiddenOrTeamSuspended: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "forbidden" | "team_suspended";
                };
            };
        };
        /**
         * @description `quota_exceeded`: The team has reached a quota; `quota` has what is used, the limit, what frees some and when. 403 where waiting does not help.
         *
         *     `rate_limited`: Too many calls without a known key, or open event streams; wait for the seconds in `Retry-After`.
         */
        QuotaExceededOrRateLimited: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                /** @description Seconds after which to try again, where that is known. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "quota_exceeded" | "rate_limited";
                };
            };
        };
        /** @description `internal`: A bug; report it with the request id. */
        Internal500: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "internal";
                };
            };
        };
        /** @description `unavailable`: The database, the queue or the storage does not respond, or cannot start; try again later. */
        Unavailable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                /** @description Seconds after which to try again, where that is known. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "unavailable";
                };
            };
        };
        /** @description `payload_too_large`: The body, a file or a list in it exceeds its limit. */
        PayloadTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "payload_too_large";
                };
            };
        };
        /** @description `unsupported_media_type`: The content type of the body or the requested response format is not supported. */
        UnsupportedMediaType: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "unsupported_media_type";
                };
            };
        };
        /**
         * @description `conflict`: Something else stands against it: a name that is taken, or a resource that changed or is in use.
         *
         *     `idempotency_in_flight`: The first request with this Idempotency-Key has not finished; repeat it later.
         */
        ConflictOrIdempotencyInFlight: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "conflict" | "idempotency_in_flight";
                };
            };
        };
        /** @description `idempotency_key_reused`: This Idempotency-Key was used for a different request. */
        IdempotencyKeyReused: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "idempotency_key_reused";
                };
            };
        };
        /** @description `not_found`: There is no such resource in this team, or no such address. */
        NotFound: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "not_found";
                };
            };
        };
        /** @description `conflict`: Something else stands against it: a name that is taken, or a resource that changed or is in use. */
        Conflict: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "conflict";
                };
            };
        };
        /**
         * @description `forbidden`: The API key or the person lacks the scope that the call needs; the message says which.
         *
         *     `quota_exceeded`: The team has reached a quota; `quota` has what is used, the limit, what frees some and when. 403 where waiting does not help.
         *
         *     `team_suspended`: An operator has suspended the team; its keys and people are refused until that ends.
         */
        ForbiddenOrQuotaExceededOrTeamSuspended: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "forbidden" | "quota_exceeded" | "team_suspended";
                };
            };
        };
        /**
         * @description `conflict`: Something else stands against it: a name that is taken, or a resource that changed or is in use.
         *
         *     `idempotency_in_flight`: The first request with this Idempotency-Key has not finished; repeat it later.
         *
         *     `wrong_state`: The resource is in a state that does not allow the call, such as resuming a job that is not paused.
         */
        ConflictOrIdempotencyInFlightOrWrongState: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "conflict" | "idempotency_in_flight" | "wrong_state";
                };
            };
        };
        /**
         * @description `invalid_request`: The request is malformed, or a parameter is out of bounds; `errors` points at each mistake.
         *
         *     `upload_aborted`: The connection broke during the upload; repeat it.
         */
        InvalidRequestOrUploadAborted: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "invalid_request" | "upload_aborted";
                };
            };
        };
        /** @description `wrong_state`: The resource is in a state that does not allow the call, such as resuming a job that is not paused. */
        WrongState: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "wrong_state";
                };
            };
        };
        /**
         * @description `forbidden`: The API key or the person lacks the scope that the call needs; the message says which.
         *
         *     `invalid_request`: The request is malformed, or a parameter is out of bounds; `errors` points at each mistake.
         *
         *     `quota_exceeded`: The team has reached a quota; `quota` has what is used, the limit, what frees some and when. 403 where waiting does not help.
         *
         *     `team_suspended`: An operator has suspended the team; its keys and people are refused until that ends.
         */
        ForbiddenOrInvalidRequestOrQuotaExceededOrTeamSuspended403: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "forbidden" | "invalid_request" | "quota_exceeded" | "team_suspended";
                };
            };
        };
        /** @description `invalid_request`: The request is malformed, or a parameter is out of bounds; `errors` points at each mistake. */
        InvalidRequest412: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "invalid_request";
                };
            };
        };
        /** @description `not_found`: There is no such resource in this team, or no such address. */
        NotFound410: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "not_found";
                };
            };
        };
        /**
         * @description `forbidden`: The API key or the person lacks the scope that the call needs; the message says which.
         *
         *     `invalid_request`: The request is malformed, or a parameter is out of bounds; `errors` points at each mistake.
         *
         *     `team_suspended`: An operator has suspended the team; its keys and people are refused until that ends.
         */
        ForbiddenOrInvalidRequestOrTeamSuspended403: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "forbidden" | "invalid_request" | "team_suspended";
                };
            };
        };
        /**
         * @description `checkpoint_invalid`: The file is not a checkpoint, or belongs to a different spec or data set.
         *
         *     `class_count_mismatch`: The spec, the weights or the teacher expect a different number of classes than the data has.
         *
         *     `image_size_unsupported`: The architecture cannot take images of this size.
         *
         *     `invalid_spec`: The job spec has a mistake; `errors` has a JSON pointer and an explanation for each.
         */
        CheckpointInvalidOrClassCountMismatchOrImageSizeUnsupportedOrInvalidSpec: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "checkpoint_invalid" | "class_count_mismatch" | "image_size_unsupported" | "invalid_spec";
                };
            };
        };
        /**
         * @description `checkpoint_invalid`: The file is not a checkpoint, or belongs to a different spec or data set.
         *
         *     `class_count_mismatch`: The spec, the weights or the teacher expect a different number of classes than the data has.
         *
         *     `idempotency_key_reused`: This Idempotency-Key was used for a different request.
         *
         *     `image_size_unsupported`: The architecture cannot take images of this size.
         *
         *     `invalid_spec`: The job spec has a mistake; `errors` has a JSON pointer and an explanation for each.
         */
        CheckpointInvalidOrClassCountMismatchOrIdempotencyKeyReusedOrImageSizeUnsupportedOrInvalidSpec: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "checkpoint_invalid" | "class_count_mismatch" | "idempotency_key_reused" | "image_size_unsupported" | "invalid_spec";
                };
            };
        };
        /**
         * @description `conflict`: Something else stands against it: a name that is taken, or a resource that changed or is in use.
         *
         *     `wrong_state`: The resource is in a state that does not allow the call, such as resuming a job that is not paused.
         */
        ConflictOrWrongState: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "conflict" | "wrong_state";
                };
            };
        };
        /** @description `invalid_request`: The request is malformed, or a parameter is out of bounds; `errors` points at each mistake. */
        InvalidRequest416: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "invalid_request";
                };
            };
        };
        /**
         * @description `image_format_unsupported`: The format is not supported; use PNG, JPEG, WebP, GIF, TIFF, AVIF, HEIC, JPEG XL, JPEG 2000, BMP, ICO or PNM.
         *
         *     `image_too_many_pixels`: The image, or the images of a request together, have too many pixels.
         *
         *     `image_too_slow`: Decoding took too long.
         *
         *     `image_undecodable`: The image is damaged or not an image.
         */
        ImageFormatUnsupportedOrImageTooManyPixelsOrImageTooSlowOrImageUndecodable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "image_format_unsupported" | "image_too_many_pixels" | "image_too_slow" | "image_undecodable";
                };
            };
        };
        /**
         * @description `checkpoint_damaged`: The stored checkpoint does not match its hash.
         *
         *     `engine_unavailable`: No tensor backend could be loaded; run `anneal doctor`.
         *
         *     `unavailable`: The database, the queue or the storage does not respond, or cannot start; try again later.
         */
        CheckpointDamagedOrEngineUnavailableOrUnavailable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                /** @description Seconds after which to try again, where that is known. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "checkpoint_damaged" | "engine_unavailable" | "unavailable";
                };
            };
        };
        /**
         * @description `class_count_mismatch`: The spec, the weights or the teacher expect a different number of classes than the data has.
         *
         *     `image_size_unsupported`: The architecture cannot take images of this size.
         *
         *     `invalid_spec`: The job spec has a mistake; `errors` has a JSON pointer and an explanation for each.
         */
        ClassCountMismatchOrImageSizeUnsupportedOrInvalidSpec: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "class_count_mismatch" | "image_size_unsupported" | "invalid_spec";
                };
            };
        };
        /** @description `rate_limited`: Too many calls without a known key, or open event streams; wait for the seconds in `Retry-After`. */
        RateLimited: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                /** @description Seconds after which to try again, where that is known. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "rate_limited";
                };
            };
        };
        /** @description `forbidden`: The API key or the person lacks the scope that the call needs; the message says which. */
        Forbidden: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code: "forbidden";
                };
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description The id by which logs have the request. */
        RequestId: string;
        /** @description Requests that the key has per minute. */
        RateLimitLimit: number;
        /** @description Requests that are left of these. */
        RateLimitRemaining: number;
        /** @description Seconds until all of them are there again. */
        RateLimitReset: number;
        /** @description Where it is read. */
        Location: string;
        /** @description The SHA-256 of the content, for `If-None-Match` and `If-Range`. */
        ETag: string;
        /** @description Which bytes these are, of how many. */
        ContentRange: string;
        /** @description `true` where this is the answer to an earlier request with the same `Idempotency-Key`. */
        IdempotentReplayed: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getTeam: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    renameTeam: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RenameTeamRequest"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Team"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listMembers: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    inviteMember: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated call safe: the same key and body get the first answer again, for a day. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InviteMemberRequest"];
            };
        };
        responses: {
            /** @description It was created. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            409: components["responses"]["ConflictOrIdempotencyInFlight"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    removeMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is done; there is no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    changeRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeRoleRequest"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listApiKeys: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated call safe: the same key and body get the first answer again, for a day. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateApiKeyRequest"];
            };
        };
        responses: {
            /** @description It was created. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreateApiKeyResponse"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrQuotaExceededOrTeamSuspended"];
            409: components["responses"]["ConflictOrIdempotencyInFlight"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    rotateApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated call safe: the same key and body get the first answer again, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RotateApiKeyRequest"];
            };
        };
        responses: {
            /** @description It was created. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotateApiKeyResponse"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrQuotaExceededOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrIdempotencyInFlightOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    revokeApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is done; there is no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listOwnApiKeys: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    createOwnApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated call safe: the same key and body get the first answer again, for a day. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateOwnApiKeyRequest"];
            };
        };
        responses: {
            /** @description It was created. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreateOwnApiKeyResponse"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrQuotaExceededOrTeamSuspended"];
            409: components["responses"]["ConflictOrIdempotencyInFlight"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    rotateOwnApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated call safe: the same key and body get the first answer again, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RotateOwnApiKeyRequest"];
            };
        };
        responses: {
            /** @description It was created. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotateOwnApiKeyResponse"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrQuotaExceededOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrIdempotencyInFlightOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    revokeOwnApiKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is done; there is no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listAuditLog: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
                /** @description Id of a person, key or operator. */
                actor?: string;
                /** @description Id of the key that was used. */
                key?: string;
                /** @description An operationId, such as deleteJob. */
                action?: string;
                /** @description Id of what was changed. */
                resource?: string;
                requestId?: string;
                /** @description From then on. */
                since?: string;
                /** @description Before then. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEntryPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    exportAuditLog: {
        parameters: {
            query?: {
                /** @description Id of a person, key or operator. */
                actor?: string;
                /** @description Id of the key that was used. */
                key?: string;
                /** @description An operationId, such as deleteJob. */
                action?: string;
                /** @description Id of what was changed. */
                resource?: string;
                requestId?: string;
                /** @description From then on. */
                since?: string;
                /** @description Before then. */
                until?: string;
                format?: "jsonl" | "csv";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getQuota: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QuotaState"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getUsage: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
                /** @description What device time is added up by: one or more of day, job, person, key, device, with commas between them. */
                by?: string;
                from?: string;
                to?: string;
                format?: "json" | "csv";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of device time. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UsageRowPage"];
                    "text/csv": string;
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listDatasets: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
                /** @description One of importing, ingesting, ready, failed; or several, with commas between them. */
                state?: string;
                /** @description The whole name, or with * at the end how it begins; upper and lower case are alike. */
                name?: string;
                /** @description A time with its zone. */
                createdAfter?: string;
                /** @description A time with its zone. */
                createdBefore?: string;
                /** @description created, name; from the highest or latest with - before it. `-created` without it. */
                sort?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetSummaryPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    createDataset: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated call safe: the same key and body get the first answer again, for a day. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DatasetRequest"];
                "multipart/form-data": components["schemas"]["CreateDatasetForm"];
            };
        };
        responses: {
            /** @description It was accepted; reading it says how far it is. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            400: components["responses"]["InvalidRequestOrUploadAborted"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrQuotaExceededOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrIdempotencyInFlightOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getDataset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteDataset: {
        parameters: {
            query?: {
                /** @description Delete it for good, at once; without, it can be restored from the trash for some time. */
                permanent?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is done; there is no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    renameDataset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RenameDatasetRequest"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getDatasetReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IngestReport"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    exportDataset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listDatasetVersions: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetVersionPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    createDatasetVersion: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated call safe: the same key and body get the first answer again, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VersionRequest"];
                "multipart/form-data": components["schemas"]["CreateDatasetVersionForm"];
            };
        };
        responses: {
            /** @description It was accepted; reading it says how far it is. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetVersion"];
                };
            };
            400: components["responses"]["InvalidRequestOrUploadAborted"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrQuotaExceededOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrIdempotencyInFlightOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    compareDatasetVersions: {
        parameters: {
            query: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
                /** @description The version that it is compared with, such as the `parent`. */
                base: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CompareDatasetVersionsResponse"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listDatasetItems: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
                class?: string;
                split?: "train" | "val" | "test";
                status?: "kept" | "quarantined";
                /** @description Only images of which something was found, or only the others. */
                suspicious?: boolean;
                /** @description Only images of which this was found. */
                finding?: "duplicate" | "conflict" | "near-duplicate" | "constant";
                /** @description Part of the path, in any case. A page looks at 100,000 images at most: it may be empty and have a `nextCursor`. */
                file?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetItemPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listUploads: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    createUpload: {
        parameters: {
            query?: never;
            header?: {
                /** @description Version of the protocol. */
                "tus-resumable"?: "1.0.0";
                /** @description Bytes in all. */
                "upload-length"?: string;
                /** @description 1 where the length is said later. */
                "upload-defer-length"?: string;
                /** @description Keys with base64 values, such as filename ZC56aXA=. */
                "upload-metadata"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body; the headers say it. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrInvalidRequestOrQuotaExceededOrTeamSuspended403"];
            412: components["responses"]["InvalidRequest412"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    optionsUpload: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body; the headers say it. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is done; there is no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    headUpload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No body; the headers say it. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrInvalidRequestOrTeamSuspended403"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["NotFound410"];
            412: components["responses"]["InvalidRequest412"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    appendToUpload: {
        parameters: {
            query?: never;
            header?: {
                /** @description Version of the protocol. */
                "tus-resumable"?: "1.0.0";
                /** @description In bytes. */
                "upload-offset"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/offset+octet-stream": string;
            };
        };
        responses: {
            /** @description No body; the headers say it. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrInvalidRequestOrQuotaExceededOrTeamSuspended403"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["NotFound410"];
            412: components["responses"]["InvalidRequest412"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSpecSchema: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    validateJob: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description A job spec with `dataset`, and next to it what is no part of the spec: priority, tags, notes, limits, and what it runs after. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobSubmission"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ValidateJobResponse"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["CheckpointInvalidOrClassCountMismatchOrImageSizeUnsupportedOrInvalidSpec"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listJobs: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
                /** @description One of queued, starting, running, finalizing, pausing, paused, stopping, stopped, succeeded, failed, canceled; or several, with commas between them. */
                state?: string;
                /** @description The whole name, or with * at the end how it begins; upper and lower case are alike. */
                name?: string;
                /** @description A time with its zone. */
                createdAfter?: string;
                /** @description A time with its zone. */
                createdBefore?: string;
                /** @description ID, with all its versions, or ID@VERSION. */
                dataset?: string;
                /** @description Name of the architecture. */
                model?: string;
                /** @description Tags with commas between them; jobs have all of them. */
                tag?: string;
                /** @description Conditions on final metrics, with commas between them, such as `balancedAccuracy>=0.9,ece<0.05`. Metrics: accuracy, top5, balancedAccuracy, macroF1, nll, nllUncalibrated, ece, eceUncalibrated. */
                metric?: string;
                /** @description Text in the name, id, tags or notes; upper and lower case are alike. */
                search?: string;
                /** @description Email of the person who submitted the job. */
                submittedBy?: string;
                /** @description Trials of this sweep; `none`: jobs that are no trials. */
                sweep?: string;
                /** @description Values in the resolved spec, with commas between them, such as `batchSize=64,loss.name=cross-entropy`. */
                spec?: string;
                /** @description created, name, priority, accuracy, top5, balancedAccuracy, macroF1, nll, nllUncalibrated, ece, eceUncalibrated; from the highest or latest with - before it. `-created` without it. By a metric, jobs that have none are left out. */
                sort?: string;
                /** @description The specs too, and why they have their values; then at most 50 jobs a page. */
                include?: "spec";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobSummaryPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    submitJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated call safe: the same key and body get the first answer again, for a day. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description A job spec with `dataset`, and next to it what is no part of the spec: priority, tags, notes, limits, and what it runs after. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobSubmission"];
            };
        };
        responses: {
            /** @description It was accepted; reading it says how far it is. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SubmitJobResponse"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrQuotaExceededOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrIdempotencyInFlightOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["CheckpointInvalidOrClassCountMismatchOrIdempotencyKeyReusedOrImageSizeUnsupportedOrInvalidSpec"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteJob: {
        parameters: {
            query?: {
                /** @description Delete it for good, at once; without, it can be restored from the trash for some time. */
                permanent?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is done; there is no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    updateJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JobChanges"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    explainJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    batchJobs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BatchRequest"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchResultList"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    forkJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated call safe: the same key and body get the first answer again, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ForkRequest"];
            };
        };
        responses: {
            /** @description It was accepted; reading it says how far it is. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ForkJobResponse"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrQuotaExceededOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrIdempotencyInFlightOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["CheckpointInvalidOrClassCountMismatchOrIdempotencyKeyReusedOrImageSizeUnsupportedOrInvalidSpec"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    diffJob: {
        parameters: {
            query?: {
                /** @description A job. */
                from?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SpecDiff"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    pauseJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    resumeJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    stopJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    retryJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listRecipes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListRecipesResponse"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listJobEvents: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobEventPage"];
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getJobMetrics: {
        parameters: {
            query?: {
                /** @description Comma-separated; all without it. */
                keys?: string;
                /** @description Only later steps. */
                after?: number;
                /** @description Points per key at most: the newest, and the smallest and the largest value of equal parts of the steps. All where they are fewer. */
                maxPoints?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MetricSeriesList"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listJobTransitions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TransitionList"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listJobAttempts: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttemptPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listCheckpoints: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckpointList"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getJobLogs: {
        parameters: {
            query?: {
                /** @description Lines per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before, or the id of a line. */
                after?: string;
                /** @description Of one attempt only. */
                attempt?: number;
                /** @description Lines that contain the text, in whatever case. A page may be empty and still have a `nextCursor`. */
                search?: string;
                /** @description The last lines, so many, in place of a page. */
                tail?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogLinePage"];
                    "text/event-stream": string;
                    "text/plain": string;
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getDatasetLogs: {
        parameters: {
            query?: {
                /** @description Lines per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before, or the id of a line. */
                after?: string;
                /** @description Of one attempt only. */
                attempt?: number;
                /** @description Lines that contain the text, in whatever case. A page may be empty and still have a `nextCursor`. */
                search?: string;
                /** @description The last lines, so many, in place of a page. */
                tail?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogLinePage"];
                    "text/event-stream": string;
                    "text/plain": string;
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getPredictionLogs: {
        parameters: {
            query?: {
                /** @description Lines per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before, or the id of a line. */
                after?: string;
                /** @description Of one attempt only. */
                attempt?: number;
                /** @description Lines that contain the text, in whatever case. A page may be empty and still have a `nextCursor`. */
                search?: string;
                /** @description The last lines, so many, in place of a page. */
                tail?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogLinePage"];
                    "text/event-stream": string;
                    "text/plain": string;
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listSweeps: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
                /** @description One of running, succeeded, failed, canceled; or several, with commas between them. */
                state?: string;
                /** @description The whole name, or with * at the end how it begins; upper and lower case are alike. */
                name?: string;
                /** @description A time with its zone. */
                createdAfter?: string;
                /** @description A time with its zone. */
                createdBefore?: string;
                /** @description ID, with all its versions, or ID@VERSION. */
                dataset?: string;
                kind?: "grid" | "random" | "asha" | "range-test" | "policy-search";
                /** @description created, name; from the highest or latest with - before it. `-created` without it. */
                sort?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SweepSummaryPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    submitSweep: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated call safe: the same key and body get the first answer again, for a day. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SweepRequest"];
            };
        };
        responses: {
            /** @description It was accepted; reading it says how far it is. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sweep"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrQuotaExceededOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrIdempotencyInFlightOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["CheckpointInvalidOrClassCountMismatchOrIdempotencyKeyReusedOrImageSizeUnsupportedOrInvalidSpec"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSweep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sweep"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteSweep: {
        parameters: {
            query?: {
                /** @description Delete it for good, at once; without, it can be restored from the trash for some time. */
                permanent?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is done; there is no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSweepChart: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "image/svg+xml": string;
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    cancelSweep: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sweep"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCheckpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checkpoint"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteCheckpoint: {
        parameters: {
            query?: {
                /** @description Delete it for good, at once; without, it can be restored from the trash for some time. */
                permanent?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is done; there is no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getCheckpointContent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description The requested range. */
            206: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    ETag: components["headers"]["ETag"];
                    "Content-Range": components["headers"]["ContentRange"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            416: components["responses"]["InvalidRequest416"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listArtifacts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ArtifactList"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getArtifactContent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                /** @description As in the list: predictions, report, … */
                kind: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            /** @description The requested range. */
            206: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    ETag: components["headers"]["ETag"];
                    "Content-Range": components["headers"]["ContentRange"];
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            416: components["responses"]["InvalidRequest416"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteArtifact: {
        parameters: {
            query?: {
                /** @description Delete it for good, at once; without, it can be restored from the trash for some time. */
                permanent?: boolean;
            };
            header?: never;
            path: {
                id: string;
                /** @description As in the list: predictions, report, … */
                kind: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is done; there is no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getJobReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Report"];
                    "text/html": string;
                };
            };
            /** @description The requested range. */
            206: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    ETag: components["headers"]["ETag"];
                    "Content-Range": components["headers"]["ContentRange"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            416: components["responses"]["InvalidRequest416"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    compareJobs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompareJobsRequest"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Comparison"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listSuggestions: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
                /** @description label: the given class is probably wrong; outlier: the image is unlike the training images, whatever its class. */
                kind?: "label" | "outlier";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListSuggestionsResponse"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    acceptSuggestions: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated call safe: the same key and body get the first answer again, for a day. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AcceptRequest"];
            };
        };
        responses: {
            /** @description It was accepted; reading it says how far it is. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetVersion"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrIdempotencyInFlightOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    predict: {
        parameters: {
            query?: {
                /** @description Classes an image, the most probable first. */
                top?: number;
                /** @description The logits too, in the order of the classes. */
                logits?: boolean;
                /** @description τ of −τ·log π, which is added to the logits, π being the classes’ shares of the training images; for a checkpoint that was not adjusted. */
                adjustLogits?: number;
                /** @description Images are of the input size already: no resize or crop. */
                asIs?: boolean;
                /** @description Averages over the views that the checkpoint was evaluated with (`evaluation.testTimeAugmentation`). */
                tta?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/*": string;
                "multipart/form-data": components["schemas"]["PredictForm"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PredictResponse"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ImageFormatUnsupportedOrImageTooManyPixelsOrImageTooSlowOrImageUndecodable"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["CheckpointDamagedOrEngineUnavailableOrUnavailable"];
        };
    };
    predictByName: {
        parameters: {
            query?: {
                /** @description Classes an image, the most probable first. */
                top?: number;
                /** @description The logits too, in the order of the classes. */
                logits?: boolean;
                /** @description τ of −τ·log π, which is added to the logits, π being the classes’ shares of the training images; for a checkpoint that was not adjusted. */
                adjustLogits?: number;
                /** @description Images are of the input size already: no resize or crop. */
                asIs?: boolean;
                /** @description Averages over the views that the checkpoint was evaluated with (`evaluation.testTimeAugmentation`). */
                tta?: boolean;
            };
            header?: never;
            path: {
                /** @description NAME, NAME:VERSION or NAME@ALIAS; of a shared model its id for the name. A bare name means its alias `champion`, and where it has none its newest version. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/*": string;
                "multipart/form-data": components["schemas"]["PredictByNameForm"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PredictByNameResponse"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ImageFormatUnsupportedOrImageTooManyPixelsOrImageTooSlowOrImageUndecodable"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["CheckpointDamagedOrEngineUnavailableOrUnavailable"];
        };
    };
    explainImage: {
        parameters: {
            query?: {
                /** @description The class that is explained; default: the most probable. */
                class?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/*": string;
                "multipart/form-data": components["schemas"]["ExplainImageForm"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ImageFormatUnsupportedOrImageTooManyPixelsOrImageTooSlowOrImageUndecodable"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["CheckpointDamagedOrEngineUnavailableOrUnavailable"];
        };
    };
    explainImageByName: {
        parameters: {
            query?: {
                /** @description The class that is explained; default: the most probable. */
                class?: string;
            };
            header?: never;
            path: {
                /** @description NAME, NAME:VERSION or NAME@ALIAS; of a shared model its id for the name. A bare name means its alias `champion`, and where it has none its newest version. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/*": string;
                "multipart/form-data": components["schemas"]["ExplainImageByNameForm"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ImageFormatUnsupportedOrImageTooManyPixelsOrImageTooSlowOrImageUndecodable"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["CheckpointDamagedOrEngineUnavailableOrUnavailable"];
        };
    };
    getExport: {
        parameters: {
            query: {
                /** @description A layers-model of TensorFlow.js, zipped; ONNX (`image` [N, C, H, W] → `logits`); or safetensors with torchvision’s names. */
                format: "tfjs" | "onnx" | "safetensors";
                /** @description Of the weights; uint8 takes a quarter of the bytes, and is for tfjs and onnx. */
                precision?: "float32" | "float16" | "uint8";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                    "application/octet-stream": string;
                };
            };
            /** @description The requested range. */
            206: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    ETag: components["headers"]["ETag"];
                    "Content-Range": components["headers"]["ContentRange"];
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": string;
                    "application/octet-stream": string;
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            416: components["responses"]["InvalidRequest416"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["CheckpointDamagedOrEngineUnavailableOrUnavailable"];
        };
    };
    getExportReport: {
        parameters: {
            query: {
                /** @description A layers-model of TensorFlow.js, zipped; ONNX (`image` [N, C, H, W] → `logits`); or safetensors with torchvision’s names. */
                format: "tfjs" | "onnx" | "safetensors";
                /** @description Of the weights; uint8 takes a quarter of the bytes, and is for tfjs and onnx. */
                precision?: "float32" | "float16" | "uint8";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetExportReportResponse"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["CheckpointDamagedOrEngineUnavailableOrUnavailable"];
        };
    };
    explainMistake: {
        parameters: {
            query?: {
                /** @description `predicted`, `label` (the true class), or a class by name. */
                class?: string;
            };
            header?: never;
            path: {
                id: string;
                n: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["CheckpointDamagedOrEngineUnavailableOrUnavailable"];
        };
    };
    getDatasetImage: {
        parameters: {
            query?: {
                /** @description Pixels of the longer side at most; smaller images keep their size. */
                size?: number;
            };
            header?: never;
            path: {
                id: string;
                /** @description From 0. */
                n: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                    "image/webp": string;
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSplitImage: {
        parameters: {
            query?: {
                /** @description Pixels of the longer side at most; smaller images keep their size. */
                size?: number;
            };
            header?: never;
            path: {
                id: string;
                split: "train" | "val" | "test";
                /** @description From 0. */
                n: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                    "image/webp": string;
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    previewAugment: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewAugmentRequest"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "image/png": string;
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["ClassCountMismatchOrImageSizeUnsupportedOrInvalidSpec"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listPolicies: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PolicySummaryPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    savePolicy: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated call safe: the same key and body get the first answer again, for a day. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPolicy"];
            };
        };
        responses: {
            /** @description It was created. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedPolicy"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            409: components["responses"]["ConflictOrIdempotencyInFlight"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getPolicy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedPolicy"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    deletePolicy: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is done; there is no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listModels: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisteredModelPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    createModel: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated call safe: the same key and body get the first answer again, for a day. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewModel"];
            };
        };
        responses: {
            /** @description It was created. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisteredModel"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            409: components["responses"]["ConflictOrIdempotencyInFlight"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its name, or its id. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisteredModel"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its name, or its id. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is done; there is no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    updateModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its name, or its id. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModelChanges"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisteredModel"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listModelVersions: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
            };
            header?: never;
            path: {
                /** @description Its name, or its id. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelVersionPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    registerModelVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its name, or its id. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewModelVersion"];
            };
        };
        responses: {
            /** @description It was created. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelVersionWithLineage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getModelVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its name, or its id. */
                name: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelVersionWithLineage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteModelVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its name, or its id. */
                name: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is done; there is no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getModelCard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its name, or its id. */
                name: string;
                version: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "text/markdown": string;
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    promoteModelVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its name, or its id. */
                name: string;
                /** @description Such as `champion` or `staging`. */
                alias: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPromotion"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Promotion"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    removeModelAlias: {
        parameters: {
            query?: {
                /** @description Why. */
                reason?: string;
            };
            header?: never;
            path: {
                /** @description Its name, or its id. */
                name: string;
                /** @description Such as `champion` or `staging`. */
                alias: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is done; there is no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listModelPromotions: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
            };
            header?: never;
            path: {
                /** @description Its name, or its id. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PromotionPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listPredictionBatches: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PredictionBatchPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    createPredictionBatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated call safe: the same key and body get the first answer again, for a day. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPredictionBatch"];
            };
        };
        responses: {
            /** @description It was accepted; reading it says how far it is. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PredictionBatch"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrQuotaExceededOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrIdempotencyInFlightOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getPredictionBatch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PredictionBatch"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    deletePredictionBatch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is done; there is no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getPredictionBatchContent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description The requested range. */
            206: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    ETag: components["headers"]["ETag"];
                    "Content-Range": components["headers"]["ContentRange"];
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            /** @description The client has it already. */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            416: components["responses"]["InvalidRequest416"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listModelShares: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
            };
            header?: never;
            path: {
                /** @description Name of a model, or its id. */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SharePage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    shareModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of a model, or its id. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ShareModelRequest"];
            };
        };
        responses: {
            /** @description It was created. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Share"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    revokeModelShare: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of a model, or its id. */
                name: string;
                /** @description Id of the other team. */
                team: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is done; there is no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listDatasetShares: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SharePage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    shareDataset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ShareDatasetRequest"];
            };
        };
        responses: {
            /** @description It was created. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Share"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    revokeDatasetShare: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                /** @description Id of the other team. */
                team: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is done; there is no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated call safe: the same key and body get the first answer again, for a day. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewWebhook"];
            };
        };
        responses: {
            /** @description It was created. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrQuotaExceededOrTeamSuspended"];
            409: components["responses"]["ConflictOrIdempotencyInFlight"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is done; there is no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    updateWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookChanges"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RotateWebhookSecretRequest"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookWithSecret"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    testWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was accepted; reading it says how far it is. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listWebhookDeliveries: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
                state?: "pending" | "delivered" | "failed";
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDeliveryPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getWebhookDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                delivery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    redeliverWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                delivery: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It was accepted; reading it says how far it is. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listTrash: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrashEntryPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getTrashEntry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrashEntry"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    purge: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is done; there is no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    restore: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrashEntry"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrQuotaExceededOrTeamSuspended"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getRetention: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionPolicy"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    setRetention: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetentionPolicy"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionPolicy"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    previewRetention: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionCandidatePage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    tryRetention: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetentionPolicy"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionCandidatePage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getStorage: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
                /** @description A person is who made a data set or submitted a job. */
                by?: "dataset" | "job" | "person" | "kind";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "X-RateLimit-Limit": components["headers"]["RateLimitLimit"];
                    "X-RateLimit-Remaining": components["headers"]["RateLimitRemaining"];
                    "X-RateLimit-Reset": components["headers"]["RateLimitReset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StorageRowPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            429: components["responses"]["QuotaExceededOrRateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSignInOptions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetSignInOptionsResponse"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    signIn: {
        parameters: {
            query?: {
                /** @description Path of the page that is shown afterwards. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description To the identity provider. */
            302: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    finishSignIn: {
        parameters: {
            query?: {
                code?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Back to the dashboard. */
            303: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionInfo"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    openSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpenSessionRequest"];
            };
        };
        responses: {
            /** @description It was created. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionInfo"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["ForbiddenOrTeamSuspended"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is done; there is no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getOperatorSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatorSessionInfo"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    openOperatorSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpenOperatorSessionRequest"];
            };
        };
        responses: {
            /** @description It was created. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatorSessionInfo"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    closeOperatorSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is done; there is no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listTeams: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TeamOverviewPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    createTeam: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated call safe: the same key and body get the first answer again, for a day. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateTeamRequest"];
            };
        };
        responses: {
            /** @description It was created. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    Location: components["headers"]["Location"];
                    "Idempotent-Replayed": components["headers"]["IdempotentReplayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreateTeamResponse"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["ConflictOrIdempotencyInFlight"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            422: components["responses"]["IdempotencyKeyReused"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getOperatedTeam: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatedTeam"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteTeam: {
        parameters: {
            query?: {
                /** @description Delete it for good, at once; without, it can be restored from the trash for some time. */
                permanent?: boolean;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is done; there is no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    renameOperatedTeam: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RenameOperatedTeamRequest"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatedTeam"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getTeamQuota: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TeamQuota"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    changeTeamQuota: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TeamQuotaChange"];
            };
        };
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TeamQuota"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    suspendTeam: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatedTeam"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    resumeTeam: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatedTeam"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listWorkers: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkerPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getWorker: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Worker"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    cordonWorker: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Worker"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    uncordonWorker: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Worker"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    drainWorker: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Worker"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["WrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    getQueue: {
        parameters: {
            query?: {
                /** @description Jobs per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GetQueueResponse"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listTrashedTeams: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrashEntryPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    restoreTeam: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatedTeam"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    purgeTeam: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is done; there is no body. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["ConflictOrWrongState"];
            413: components["responses"]["PayloadTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    listWholeAuditLog: {
        parameters: {
            query?: {
                /** @description Items per page. */
                limit?: number;
                /** @description The `nextCursor` of the page before. */
                after?: string;
                /** @description Id of a person, key or operator. */
                actor?: string;
                /** @description Id of the key that was used. */
                key?: string;
                /** @description An operationId, such as deleteJob. */
                action?: string;
                /** @description Id of what was changed. */
                resource?: string;
                requestId?: string;
                /** @description From then on. */
                since?: string;
                /** @description Before then. */
                until?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditEntryPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
    exportWholeAuditLog: {
        parameters: {
            query?: {
                /** @description Id of a person, key or operator. */
                actor?: string;
                /** @description Id of the key that was used. */
                key?: string;
                /** @description An operationId, such as deleteJob. */
                action?: string;
                /** @description Id of what was changed. */
                resource?: string;
                requestId?: string;
                /** @description From then on. */
                since?: string;
                /** @description Before then. */
                until?: string;
                format?: "jsonl" | "csv";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The answer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            429: components["responses"]["RateLimited"];
            500: components["responses"]["Internal500"];
            503: components["responses"]["Unavailable"];
        };
    };
}

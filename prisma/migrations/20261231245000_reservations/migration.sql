-- What the devices of a worker wait for is looked for with each claim.
CREATE INDEX "Job_reserved_idx" ON "Job"("reservedBy") WHERE "reservedBy" IS NOT NULL;

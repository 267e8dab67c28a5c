-- A job that needs more devices than its worker has free is kept for that worker until then, by the database's clock.
ALTER TABLE "Job" ADD COLUMN "reservedBy" TEXT, ADD COLUMN "reservedUntil" TIMESTAMP(3);

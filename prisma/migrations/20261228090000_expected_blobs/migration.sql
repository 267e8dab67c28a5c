-- A blob is announced here before it is written, to be removed later if no row names it by then.
ALTER TABLE "RemovedBlob" RENAME COLUMN "createdAt" TO "removeAfter";

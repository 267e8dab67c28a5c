-- AlterTable
ALTER TABLE "Job" ADD COLUMN     "task" JSONB;

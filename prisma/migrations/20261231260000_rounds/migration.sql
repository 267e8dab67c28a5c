-- What one worker of an installation does for all, a round at a time. It belongs to no team: the API's role sees none of it.
CREATE TABLE "Round" (
    "name" TEXT NOT NULL,
    "dueAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Round_pkey" PRIMARY KEY ("name")
);
SELECT "anneal_protect_by"('"Round"', 'false');

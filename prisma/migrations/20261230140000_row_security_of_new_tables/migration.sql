-- People and their sessions belong to no team: the service alone sees them, and says which teams somebody is in.
SELECT "anneal_protect_by"('"Person"', 'false');
SELECT "anneal_protect_by"('"Session"', 'false');
-- Entries of no team, such as sign-ins, are for operators.
SELECT "anneal_protect"('"AuditEntry"');
SELECT "anneal_protect"('"Member"');
SELECT "anneal_protect"('"DeviceUsage"');

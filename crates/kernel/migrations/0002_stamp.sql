-- Changes with every write to a table whose values are kept in memory between transactions, so that every node sees that
-- what it keeps is old.
CREATE TABLE kernel_stamp (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);

#!lua
-- Writes nothing, but does not declare it in its first line: Redis refuses it when it refuses writes.
-- Returns the time of Redis.
return redis.call('TIME')

#!lua
-- Writes nothing, but does not say so in its first line: Redis refuses it where it refuses writes.
-- Returns the time of Redis.
return redis.call('TIME')

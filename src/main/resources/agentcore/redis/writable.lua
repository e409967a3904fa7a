#!lua
-- Writes nothing, but does not declare it in its first line: Redis refuses it when it refuses writes.
-- KEYS 1 a key of the slots that the server should have; or none   Returns the time of Redis.
return redis.call('TIME')

-- Takes a room out of the directory if its name still means that room.
-- KEYS 1 directory (see create.lua)   ARGV 1 name  2 value
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then return redis.call('HDEL', KEYS[1], ARGV[1]) end
return 0
